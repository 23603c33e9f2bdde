import { parseOwnFile } from "../services/own-file.ts"
import { parseRefusalOf, parseTaggedAnswer } from "../services/script.ts"
import type { KeySnapshot } from "./snapshot.ts"

/** Why a host changed nothing; `silent`: its answer did not come to its end. */
const refusals = [
  "no-openssl",
  "no-folder",
  "folder-of-another",
  "open-folder",
  "no-room",
  "no-key",
  "folder",
  "another",
  "silent",
] as const
export type Refusal = (typeof refusals)[number]

/** Reads the answer of `keyScript`; undefined if it was cut off. */
export function parseKeyFile(stdout: Uint8Array): KeySnapshot | undefined {
  const answer = parseTaggedAnswer(stdout)
  if (!answer) return undefined
  const file = parseOwnFile(answer)
  if (file.kind !== "file") return file
  const publicKey = pemOf(answer.all("public"))
  const id = answer.one("id")
  return {
    ...file,
    hasOpenssl: answer.one("openssl") === undefined,
    ...(id ? { id } : {}),
    ...(publicKey ? { publicKey } : {}),
  }
}

/** Reads the public half of the key that `makeScript` made, or why there is none. */
export function parseMade(stdout: Uint8Array): { readonly publicKey: string } | { readonly refusal: Refusal } {
  const answer = parseTaggedAnswer(stdout)
  const refusal = parseRefusalOf(answer, refusals)
  const publicKey = pemOf(answer?.all("public") ?? [])
  if (refusal) return { refusal }
  return publicKey ? { publicKey } : { refusal: "no-key" }
}

/** Reads why `removeScript` left the key; undefined if it is gone. */
export function parseRefusal(stdout: Uint8Array): Refusal | undefined {
  return parseRefusalOf(parseTaggedAnswer(stdout), refusals)
}

function pemOf(lines: readonly string[]): string | undefined {
  const text = lines.join("\n").trim()
  return text === "" ? undefined : `${text}\n`
}
