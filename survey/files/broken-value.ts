import { shown } from "../../core/escape.ts"
import type { HeldValue } from "./place-copy.ts"

/** Returns what is said of content that cannot be read. @param reason it may contain foreign text */
export function brokenValue(reason: string): Extract<HeldValue, { kind: "broken" }> {
  return { kind: "broken", reason: shown(reason, 300) }
}
