import { hostProblem } from "../../core/host.ts"
import { kindOf } from "../../core/kind.ts"
import { pathProblem } from "../../core/place.ts"
import type { Declared } from "../../listeners/look.ts"
import type { Wanted } from "../../listeners/owner.ts"
import { type Manager, managers as memberManagers, type ProductName, productNames } from "../../products/product.ts"
import { managers } from "../../services/index.ts"
import { failuresOf, flag, isOpen, oneOf, port, text, textList } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import type { Properties } from "../wire.ts"

/** A listener's inputs once they are checked and all known. */
export interface ListenerInputs {
  readonly host: string
  readonly port: number
  /** `gateway`: its port is the declared gateway's. `node`: no gateway is to run here. */
  readonly role: "gateway" | "node"
  readonly product: ProductName
  /** What starts the declared gateway, and its name there. */
  readonly manager?: Manager
  readonly name?: string
  /** The file of a process's definition. */
  readonly path?: string
  /** Others that may have the port. */
  readonly owners?: readonly string[]
  /** Others may reach it: it speaks TLS, or something else guards it. */
  readonly guarded?: boolean
  /** Whom `up` may stop. */
  readonly evict?: readonly string[]
  /** What is wanted, in words. */
  readonly owner: string
}

/** What makes it another listener. */
export const identity = ["host", "port", "role"] as const

/** What decides whose port it is. */
export const deciding = ["product", "manager", "name", "path", "owners"] as const

const expectations = {
  host: { kind: text, required: true },
  port: { kind: port, required: true },
  role: { kind: oneOf(["gateway", "node"]) },
  product: { kind: oneOf(productNames) },
  manager: { kind: oneOf(memberManagers) },
  name: { kind: text },
  path: { kind: text },
  owners: { kind: textList },
  evict: { kind: textList },
  guarded: { kind: flag },
}

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { owner: _, ...given }: Properties = { host: "local", role: "gateway", product: "openclaw", ...news }
  const failures: Failure[] = failuresOf(given, expectations)
  const judge = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { host, manager, name, path, role } = given
  if (typeof host === "string") judge("host", hostProblem(host))
  if (typeof path === "string") judge("path", pathProblem(path))
  if ((manager === undefined) !== (name === undefined)) judge("name", "and manager are given together, or neither")
  if (
    typeof manager === "string" &&
    (memberManagers as readonly string[]).includes(manager) &&
    typeof name === "string"
  ) {
    judge("name", managers[manager as Manager].nameProblem(name))
  }
  for (const property of ["owners", "evict"] as const) {
    for (const spec of listed(given[property])) judge(property, specProblem(spec))
  }
  return { inputs: { ...given, owner: role === "node" ? "no gateway" : "the gateway" }, failures }
}

function specProblem(spec: string): string | undefined {
  if (/^(docker|launchd|systemd|process):[^\s:][^\s]*$/.test(spec)) return undefined
  return `has ${kindOf(spec)}; what it names is docker:NAME, launchd:LABEL, systemd:UNIT or process:PROGRAM`
}

function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : []
}

export function isKnown(inputs: Properties): boolean {
  return [...identity, ...deciding, "evict"].every((key) => !isOpen(inputs[key]))
}

export function declaredIn({ manager, name, path }: ListenerInputs): Declared | undefined {
  return manager && name ? { manager, name, ...(path === undefined ? {} : { path }) } : undefined
}

export function wantedIn(inputs: ListenerInputs): Wanted {
  return { product: inputs.product, declared: declaredIn(inputs), owners: inputs.owners ?? [] }
}

export function listenerId({ host, port, role }: Pick<ListenerInputs, "host" | "port" | "role">): string {
  return `${host}|${port}${role === "node" ? "|no gateway" : ""}`
}
