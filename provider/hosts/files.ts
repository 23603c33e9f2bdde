import * as v from "valibot"
import { checkPath } from "../../core/place.ts"
import { isObject, record, strings } from "../kinds.ts"
import { hostProblems } from "./hosts.ts"

/** Paths of files, by the host that they are on. */
export type Files = Readonly<Record<string, readonly string[]>>

/** Returns the files that are known already. */
export function filesIn(value: unknown): Files {
  if (!isObject(value)) return {}
  const known = (paths: unknown) => (Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [])
  return Object.fromEntries(Object.entries(value).map(([host, paths]) => [host, known(paths)]))
}

/** The schema of `Files`; it reports the problems of all entries at once. */
export const files = v.pipe(
  record(strings),
  v.rawCheck(({ dataset, addIssue }) => {
    const known = filesIn(dataset.value)
    const problems = [...hostProblems(Object.keys(known)), ...Object.values(known).flat().map(checkPath)]
    for (const message of problems) if (message) addIssue({ message })
  }),
)

/** Lists each file with its host. */
export function eachFile(files: Files): { readonly host: string; readonly path: string }[] {
  return Object.entries(files).flatMap(([host, paths]) => paths.map((path) => ({ host, path })))
}

export function describeFile({ host, path }: { readonly host: string; readonly path: string }): string {
  return host === "local" ? path : `${path} on ${host}`
}
