import type { Code } from "../../../core/finding.ts"
import { describeExpected } from "../../../core/holds.ts"
import type { Properties } from "../../wire.ts"
import { wantOf } from "./inputs.ts"

/** What a place contained when it was last read. */
interface LastState {
  /** Describes it. */
  readonly last: string | undefined
  readonly lastFound: Code | undefined
}

/** What is known of a place whose host does not answer. */
export interface UnreachablePlace {
  /** It contained a generation of the stack when it was last read, but not the wanted one. */
  readonly isBehind: boolean
  readonly outputs: LastState & { readonly holds: string }
}

/** The codes of a place that contains a token of the stack. */
const generations: readonly (Code | undefined)[] = ["current", "previous", "older", "too-open", "leftover", "duplicate"]

/** Describes a place whose host does not answer. @param reason why it does not */
export function describeUnreachable(
  inputs: Properties,
  { last, lastFound }: LastState,
  reason: string,
): UnreachablePlace {
  const want = wantOf(inputs)
  const isBehind = generations.includes(lastFound) && want !== undefined && last !== describeExpected(want)
  const why = `unreachable: ${reason}`
  return { isBehind, outputs: { holds: isBehind ? `lags: ${last}; ${why}` : why, last, lastFound } }
}

/** Returns what a place contained before its host stopped answering. */
export function lastStateIn({ last, lastFound, holds, found }: Properties): LastState {
  if (found === "unreachable") return { last: stringIn(last), lastFound: stringIn(lastFound) as Code | undefined }
  return { last: stringIn(holds), lastFound: stringIn(found) as Code | undefined }
}

function stringIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}
