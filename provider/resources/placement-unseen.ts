import { wantedWords } from "../../core/holds.ts"
import type { Properties } from "../wire.ts"
import { wantOf } from "./placement-inputs.ts"

/** What the state keeps of a place whose host does not answer. */
export interface Unseen {
  readonly holds: string
  /** What it held when it was last seen, in words. */
  readonly last: string | undefined
}

const mark = "unreachable: "

export function isUnseen(holds: string): boolean {
  return /^(?:lags: .*; )?unreachable: /.test(holds)
}

/** @param reason why its host does not answer, in words */
export function unseen(inputs: Properties, last: string | undefined, reason: string): Unseen {
  const want = wantOf(inputs)
  const lags = last?.startsWith("generation ") && want !== undefined && last !== wantedWords(want)
  return { holds: lags ? `lags: ${last}; ${mark}${reason}` : mark + reason, last }
}

/** The same, as a look at it said. */
export function unseenAs(holds: string, inputs: Properties, state: Properties): Unseen {
  return unseen(inputs, lastSeen(state), holds.slice(mark.length))
}

export function lastSeen({ last, holds }: Properties): string | undefined {
  if (typeof last === "string") return last
  return typeof holds === "string" && !isUnseen(holds) ? holds : undefined
}
