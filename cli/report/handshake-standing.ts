import { displayText, type Step, textIn } from "../stack/preview.ts"
import type { Standing } from "./standing.ts"

export function isHandshake({ type }: Pick<Step, "type">): boolean {
  return type === "gatekey:index:Handshake" || isAccess({ type })
}

/** Checks for a client's way by its sidecar and a guard. */
export function isAccess({ type }: Pick<Step, "type">): boolean {
  return type === "gatekey:index:Access"
}

const right = ["accepted", "answers"]

/**
 * Returns the result of a handshake.
 * @param changes the step changes something, so it contains what this run found; else what was known before
 */
export function standingOfHandshake({ op, olds, outputs }: Step, changes: boolean): Standing {
  if (op === "create") return { state: "changes", words: "`pulumi up` connects for the first time" }
  const [verdict, reported] = [textIn(olds, "verdict"), textIn(outputs, "told")]
  if (!changes)
    return reported === ""
      ? { state: "ok", words: displayText(verdict) }
      : { state: "warning", words: displayText(reported) }
  if (right.includes(verdict)) return { state: "ok", words: verdict }
  // A gateway that could not be asked says nothing about the route.
  const isUnasked = textIn(outputs, "code") === "unasked"
  return { state: verdict === reported || isUnasked ? "warning" : "broken", words: displayText(verdict) }
}
