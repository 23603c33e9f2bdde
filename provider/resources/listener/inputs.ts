import { describeKind } from "../../../core/kind.ts"
import type { WantedOwner } from "../../../probes/listeners/owner.ts"
import type { DeclaredService } from "../../../probes/listeners/script.ts"
import { managers } from "../../../probes/services/index.ts"
import { type Manager, managers as memberManagers, productNames } from "../../../products/product.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import { boolean, host, list, oneOf, path, port, string, strings, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"

const spec = "a list of docker:NAME, launchd:LABEL, systemd:UNIT or process:PROGRAM"
const specs = list(withRule(string, specProblem), "a list of strings")

export const listenerDeclaration = {
  about: "The process or container that uses a gateway's port.",
  inputs: {
    host: preset(host, "local", "The host: `local`, or `ssh://[user@]name[:port]`."),
    port: need(port, "The TCP port."),
    role: preset(
      oneOf(["gateway", "node"]),
      "gateway",
      "`gateway`: the port belongs to the declared gateway. `node`: no gateway may run on this host.",
    ),
    product: preset(oneOf(productNames), "openclaw", "The product that the gateway belongs to."),
    manager: may(oneOf(memberManagers), "What starts the declared gateway; given together with `name`."),
    name: may(string, "The name of the gateway there: a label, a unit, or the name of a process."),
    path: may(path, "The file that defines the process."),
    owners: may(specs, `Others that may use the port: ${spec}.`),
    evict: may(
      specs,
      `What \`pulumi up\` stops and keeps from restarting: ${spec}. Default: none, it is only reported.`,
    ),
    guarded: may(
      boolean,
      "Other machines may reach it: it speaks TLS, or something else protects it. Default: false, and a preview warns.",
    ),
  },
  computed: {
    owner: need(string, "`the gateway`, or a description of what uses the port."),
  },
  outputs: {
    addresses: may(strings, "The addresses on which the port is open."),
    told: may(string, "The last description in `owner` that an `up` reported and left."),
  },
}

/** Checked inputs of a listener, when all of them are known. */
export type ListenerInputs = Inputs<typeof listenerDeclaration>

/** The inputs that identify the listener. */
export const identity = ["host", "port", "role"] as const

/** The inputs that decide which owners are allowed. */
export const deciding = ["product", "manager", "name", "path", "owners"] as const

/** Fills in defaults, and reports all problems at once. */
export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(listenerDeclaration, news)
  const report = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { manager, name, role } = given
  if ((manager === undefined) !== (name === undefined)) report("name", "and manager are given together, or neither")
  if (
    typeof manager === "string" &&
    (memberManagers as readonly string[]).includes(manager) &&
    typeof name === "string"
  ) {
    report("name", managers[manager as Manager].nameProblem(name))
  }
  return { inputs: { ...given, owner: role === "node" ? "no gateway" : "the gateway" }, failures }
}

function specProblem(spec: string): string | undefined {
  if (/^(docker|launchd|systemd|process):[^\s:][^\s]*$/.test(spec)) return undefined
  return `contains ${describeKind(spec)}; expected docker:NAME, launchd:LABEL, systemd:UNIT or process:PROGRAM`
}

export function isKnown(inputs: Properties): inputs is ListenerInputs {
  return [...identity, ...deciding, "evict"].every((key) => !hasUnknown(inputs[key]))
}

export function declaredIn({ manager, name, path }: ListenerInputs): DeclaredService | undefined {
  return manager && name ? { manager, name, ...(path === undefined ? {} : { path }) } : undefined
}

export function wantedIn(inputs: ListenerInputs): WantedOwner {
  return { product: inputs.product, declared: declaredIn(inputs), owners: inputs.owners ?? [] }
}

export function listenerId({ host, port, role }: Pick<ListenerInputs, "host" | "port" | "role">): string {
  return `${host}|${port}${role === "node" ? "|no gateway" : ""}`
}
