import type { Code } from "../../../core/finding.ts"
import { describeExpected } from "../../../core/holds.ts"
import type { Properties } from "../../wire.ts"
import { wantOf } from "./inputs.ts"

/** What a place held when it was last seen. */
interface Last {
  /** In words. */
  readonly last: string | undefined
  readonly lastFound: Code | undefined
}

/** What is known of a place whose host does not answer. */
export interface UnreadPlace {
  /** It held a generation of the stack when it was last seen, and not the one that is wanted now. */
  readonly lags: boolean
  readonly outputs: Last & { readonly holds: string }
}

/** What a place holds that is of the stack. */
const generations: readonly (Code | undefined)[] = ["current", "previous", "older", "too-open", "leftover", "duplicate"]

/** @param reason why its host does not answer, in words */
export function unreadPlace(inputs: Properties, { last, lastFound }: Last, reason: string): UnreadPlace {
  const want = wantOf(inputs)
  const lags = generations.includes(lastFound) && want !== undefined && last !== describeExpected(want)
  const why = `unreachable: ${reason}`
  return { lags, outputs: { holds: lags ? `lags: ${last}; ${why}` : why, last, lastFound } }
}

/** Remembers what a place held before its host stopped answering. */
export function lastSeen({ last, lastFound, holds, found }: Properties): Last {
  if (found === "unreachable") return { last: textIn(last), lastFound: textIn(lastFound) as Code | undefined }
  return { last: textIn(holds), lastFound: textIn(found) as Code | undefined }
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}
