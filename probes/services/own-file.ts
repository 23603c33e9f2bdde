import type { Answer } from "./manager.ts"
import { modeOf } from "./mode.ts"

/** A file that only its owner should read, as a script's `kind`, `mode` and `uid` say. */
export type OwnFile =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "file"; readonly mode: number; readonly isOwn: boolean }

export function parseOwnFile(answer: Pick<Answer, "one">): OwnFile {
  const kind = answer.one("kind")
  if (kind === "absent") return { kind }
  if (kind === "link") return { kind: "unreadable", reason: "is a symbolic link" }
  if (kind === "closed") return { kind: "unreadable", reason: "may not be read" }
  if (kind !== "file") return { kind: "unreadable", reason: "is not a file" }
  const [bits = "", owner] = answer.one("mode")?.split(" ") ?? []
  return { kind, mode: modeOf(bits), isOwn: owner === answer.one("uid") }
}
