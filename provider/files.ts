import { pathProblem } from "../core/place.ts"
import { hostProblems } from "./hosts.ts"
import { object } from "./inputs.ts"
import type { Failure } from "./resource.ts"

/** Paths of files, by the host that they are on. */
export type Files = Readonly<Record<string, readonly string[]>>

/** What is known of them already. */
export function filesIn(value: unknown): Files {
  if (!object.is(value)) return {}
  const texts = (paths: unknown) => (Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [])
  return Object.fromEntries(Object.entries(value).map(([host, paths]) => [host, texts(paths)]))
}

export function filesFailures(property: string, files: Files): Failure[] {
  const problems = [...hostProblems(Object.keys(files)), ...Object.values(files).flat().map(pathProblem)]
  return problems.filter((reason) => reason !== undefined).map((reason) => ({ property, reason }))
}

/** Each of them with its host. */
export function eachFile(files: Files): { readonly host: string; readonly path: string }[] {
  return Object.entries(files).flatMap(([host, paths]) => paths.map((path) => ({ host, path })))
}

export function fileWords({ host, path }: { readonly host: string; readonly path: string }): string {
  return host === "local" ? path : `${path} on ${host}`
}
