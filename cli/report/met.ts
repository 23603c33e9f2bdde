import { displayed, type Step, textIn } from "../stack/preview.ts"
import type { Standing } from "./standing.ts"

export function isHandshake({ type }: Pick<Step, "type">): boolean {
  return type === "gatekey:index:Handshake"
}

const right = ["accepted", "answers"]

/**
 * What a handshake met.
 * @param changes the step changes something, and so has what was seen; else it has what was known before
 */
export function metBy({ op, olds, outputs }: Step, changes: boolean): Standing {
  if (op === "create") return { state: "changes", words: "`pulumi up` asks for the first time" }
  const [verdict, told] = [textIn(olds, "verdict"), textIn(outputs, "told")]
  if (!changes)
    return told === "" ? { state: "ok", words: displayed(verdict) } : { state: "warning", words: displayed(told) }
  if (right.includes(verdict)) return { state: "ok", words: verdict }
  // A gateway that could not be asked says nothing about the way.
  const isUnasked = textIn(outputs, "code") === "unasked"
  return { state: verdict === told || isUnasked ? "warning" : "broken", words: displayed(verdict) }
}
