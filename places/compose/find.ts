import type { FoundContent } from "../../core/content.ts"
import { missing, reference } from "../format.ts"
import { type Entries, type Entry, entriesOfAll } from "./environment.ts"
import { fromShell, meaningOf } from "./expression.ts"
import type { Yaml } from "./yaml-document.ts"

/** Finds several variables of every service. */
export function findInAll(
  yaml: Yaml,
  variables: readonly string[],
): (readonly [locator: string, found: FoundContent])[] {
  return entriesOfAll(yaml, variables).flatMap(({ service, variable, ...entries }) => {
    const found = findIn(entries)
    return found.kind === "missing" ? [] : [[`${service}.${variable}`, found] as const]
  })
}

/** Finds the content that counts, and that of the entries before it. */
export function findIn({ own, inherited }: Entries): FoundContent {
  const found = meaning(own.at(-1) ?? inherited[0])
  if (found.kind === "missing") return found
  const others = own.slice(0, -1).flatMap((entry) => {
    const other = meaning(entry)
    return other.kind === "value" ? [other.value] : []
  })
  return found.kind === "value" ? { ...found, others } : reference(found.content, found.fallback, others)
}

/** Evaluates an entry; one without a value takes it from the shell. */
export function meaning(entry: Entry | undefined): FoundContent {
  if (!entry) return missing
  return entry.raw === null ? fromShell(entry.name) : meaningOf(entry.raw)
}
