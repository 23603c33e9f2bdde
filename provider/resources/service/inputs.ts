import * as v from "valibot"
import { describeExpected } from "../../../core/holds.ts"
import { checkPath } from "../../../core/place.ts"
import { formatScalar } from "../../../core/scalar.ts"
import { managers } from "../../../probes/services/index.ts"
import type { Manager, ManagerName, Service } from "../../../probes/services/manager.ts"
import { checkProgram } from "../../../probes/services/program.ts"
import { checkInputs } from "../../check-inputs.ts"
import type { Inputs } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { program as programSchema, serviceDeclaration } from "./declaration.ts"

/** Checked inputs of a service, when all of them are known. */
export type ServiceInputs = Inputs<typeof serviceDeclaration> & { readonly path: string }

export const identity = ["host", "manager", "name", "path"] as const

/** Fills in defaults, and reports all problems at once. */
export function completed(news: Properties): Checked {
  const { given: inputs, failures } = checkInputs(serviceDeclaration, news)
  const report = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { name, variable, program } = inputs
  const manager = managerOf(inputs)
  const path = inputs.path ?? (manager && typeof name === "string" ? manager.defaultPath(name) : undefined)
  if (manager && typeof name === "string") report("name", manager.nameProblem(name))
  if (inputs.path === undefined && typeof path === "string") report("path", checkPath(path))
  if (manager?.name === "process" && program === undefined)
    report("program", "is missing: a process has no definition of its own")
  if (manager?.name === "container" && program !== undefined)
    report("program", "is not allowed: a container's program is its image's")
  const owned = v.safeParse(programSchema, program)
  if (owned.success) {
    for (const { key, problem } of checkProgram(owned.output, formatScalar(variable))) {
      report(`program.${key}`, problem)
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

/** Describes the stack's token before the Token is made. */
export const stackToken = "the stack's token"

/** Completes the inputs for the preview of a first `up`, which has no Token yet. */
export function withStackToken(inputs: ServiceInputs): ServiceInputs {
  return typeof inputs.runsWith === "string" ? inputs : { ...inputs, runsWith: stackToken }
}

/** Describes what it must run with, if that is known already. */
function runsWithOf({ must, reads, otherwise, generation, fingerprint }: Properties): string | typeof unknown {
  if (must !== "token" && reads === undefined) return `no token (${formatScalar(otherwise)})`
  if (typeof generation !== "number" || typeof fingerprint !== "string") return unknown
  return describeExpected({ must: "token", generation, fingerprint })
}

/** Checks whether enough is known to inspect the service. */
export function isKnown(inputs: Properties): inputs is ServiceInputs {
  return [...identity, "variable", "must", "reads", "program", "optional", "act"].every(
    (key) => !hasUnknown(inputs[key]),
  )
}

/** Checks whether all is known that decides what is right. */
export function isBound({ token, runsWith }: Properties): boolean {
  return token !== unknown && typeof runsWith === "string"
}

export function serviceOf({ name, path, variable, reads }: ServiceInputs): Service {
  return { name, path, variable, ...(reads === undefined ? {} : { reads }) }
}

export function serviceId({ host, manager, name }: Pick<ServiceInputs, "host" | "manager" | "name">): string {
  return `${host}|${manager}|${name}`
}
