import { wantedWords } from "../../core/holds.ts"
import { hostProblem } from "../../core/host.ts"
import { pathProblem } from "../../core/place.ts"
import { managers } from "../../services/index.ts"
import type { Manager, ManagerName, Service } from "../../services/manager.ts"
import { type Program, programProblems } from "../../services/program.ts"
import type { GatewayAt } from "../gateways.ts"
import { failuresOf, flag, generation, isOpen, object, oneOf, text, textList } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import { type Properties, unknown } from "../wire.ts"

/** A service's inputs once they are checked and all known. */
export interface ServiceInputs {
  readonly host: string
  readonly manager: ManagerName
  /** The label, the unit, or the process's own name. */
  readonly name: string
  /** The file of its definition. */
  readonly path: string
  /** The environment variable that can carry the token, and what it must hold. */
  readonly variable: string
  readonly must: "token" | "nothing"
  /** A file of one token that it reads at its start. */
  readonly reads?: string
  /** The gateway that it is, which takes a new token without a restart. */
  readonly gateway?: GatewayAt
  /** What it lives by when it has no token, in words. */
  readonly otherwise: string
  /** The definition, when it is owned whole. */
  readonly program?: Program
  /** Why it must be started again whenever it ends. */
  readonly keepAlive?: string
  readonly optional?: boolean
  readonly overwrite?: boolean
  /** `watch`: nothing is ever done to it. */
  readonly act: "manage" | "watch"
  /** What its places were last asked to hold. */
  readonly revisions?: readonly string[]
  readonly why?: string
  readonly token: string
  readonly generation: number
  readonly fingerprint: string
  /** What is wanted, in words. */
  readonly definition: string
  readonly process: string
  readonly runsWith: string
}

export const identity = ["host", "manager", "name", "path"] as const

const expectations = {
  host: { kind: text, required: true },
  manager: { kind: oneOf(["launchd", "systemd", "process", "container"]), required: true },
  name: { kind: text, required: true },
  path: { kind: text },
  variable: { kind: text, required: true },
  must: { kind: oneOf(["token", "nothing"]) },
  reads: { kind: text },
  gateway: { kind: object },
  otherwise: { kind: text },
  program: { kind: object },
  keepAlive: { kind: text },
  optional: { kind: flag },
  overwrite: { kind: flag },
  act: { kind: oneOf(["manage", "watch"]) },
  revisions: { kind: textList },
  why: { kind: text },
  token: { kind: text },
  generation: { kind: generation },
  fingerprint: { kind: text },
}

const wanted = ["definition", "process", "runsWith"] as const

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const given = Object.fromEntries(Object.entries(news).filter(([key]) => !(wanted as readonly string[]).includes(key)))
  const inputs: Properties = { host: "local", must: "nothing", otherwise: "device pairing", act: "manage", ...given }
  const failures: Failure[] = failuresOf(inputs, expectations)
  const judge = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { host, name, variable, program, reads } = inputs
  const manager = managerOf(inputs)
  const path = inputs.path ?? (manager && typeof name === "string" ? manager.defaultPath(name) : undefined)
  if (typeof host === "string") judge("host", hostProblem(host))
  if (manager && typeof name === "string") judge("name", manager.nameProblem(name))
  if (typeof path === "string") judge("path", pathProblem(path))
  if (typeof reads === "string") judge("reads", pathProblem(reads))
  if (typeof variable === "string" && !/^[A-Za-z_]\w*$/.test(variable)) judge("variable", "is no variable's name")
  if (manager?.name === "process" && program === undefined)
    judge("program", "is missing: a process has no definition of its own")
  if (manager?.name === "container" && program !== undefined) judge("program", "is its image's: declare none")
  if (object.is(program) && !isOpen(program)) {
    for (const { key, problem } of programProblems(program as unknown as Program, String(variable))) {
      judge(`program.${key}`, problem)
    }
  }
  return {
    inputs: { ...inputs, path, definition: "loaded", process: "running", runsWith: runsWithOf(inputs) },
    failures,
  }
}

function managerOf({ manager }: Properties): Manager | undefined {
  return typeof manager === "string" && Object.hasOwn(managers, manager) ? managers[manager as ManagerName] : undefined
}

/** What a token is called that is, or will be, the stack's, before the Token is made. */
export const stackToken = "the stack's token"

/** The inputs for the preview of a first `up`, which has no Token yet. */
export function rehearsed(inputs: ServiceInputs): ServiceInputs {
  return typeof inputs.runsWith === "string" ? inputs : { ...inputs, runsWith: stackToken }
}

/** What it must run with, in words, where that is known already. */
function runsWithOf({ must, reads, otherwise, generation, fingerprint }: Properties): string | typeof unknown {
  if (must !== "token" && reads === undefined) return `no token (${String(otherwise)})`
  if (typeof generation !== "number" || typeof fingerprint !== "string") return unknown
  return wantedWords({ must: "token", generation, fingerprint })
}

/** Whether we know enough to look at it. */
export function isKnown(inputs: Properties): boolean {
  return [...identity, "variable", "must", "reads", "program", "optional", "act"].every((key) => !isOpen(inputs[key]))
}

/** Whether all is known that decides what is right. */
export function isBound({ token, runsWith }: Properties): boolean {
  return typeof token === "string" && typeof runsWith === "string"
}

export function serviceOf({ name, path, variable, reads }: ServiceInputs): Service {
  return { name, path, variable, ...(reads === undefined ? {} : { reads }) }
}

export function serviceId({ host, manager, name }: Pick<ServiceInputs, "host" | "manager" | "name">): string {
  return `${host}|${manager}|${name}`
}
