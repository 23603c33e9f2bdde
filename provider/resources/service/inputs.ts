import * as v from "valibot"
import { describeExpected } from "../../../core/holds.ts"
import { checkPath } from "../../../core/place.ts"
import { managers } from "../../../probes/services/index.ts"
import type { Manager, ManagerName, Service } from "../../../probes/services/manager.ts"
import { checkProgram } from "../../../probes/services/program.ts"
import { checkInputs } from "../../check-inputs.ts"
import type { Inputs } from "../../declare.ts"
import { isOpen } from "../../inputs.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { program as programSchema, serviceDeclaration } from "./declaration.ts"

/** A service's inputs once they are checked and all known. */
export type ServiceInputs = Inputs<typeof serviceDeclaration> & { readonly path: string }

export const identity = ["host", "manager", "name", "path"] as const

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { given: inputs, failures } = checkInputs(serviceDeclaration, news)
  const judge = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { name, variable, program } = inputs
  const manager = managerOf(inputs)
  const path = inputs.path ?? (manager && typeof name === "string" ? manager.defaultPath(name) : undefined)
  if (manager && typeof name === "string") judge("name", manager.nameProblem(name))
  if (inputs.path === undefined && typeof path === "string") judge("path", checkPath(path))
  if (manager?.name === "process" && program === undefined)
    judge("program", "is missing: a process has no definition of its own")
  if (manager?.name === "container" && program !== undefined) judge("program", "is its image's: declare none")
  const owned = v.safeParse(programSchema, program)
  if (owned.success) {
    for (const { key, problem } of checkProgram(owned.output, String(variable))) {
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
  return describeExpected({ must: "token", generation, fingerprint })
}

/** Whether we know enough to look at it. */
export function isKnown(inputs: Properties): inputs is ServiceInputs {
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
