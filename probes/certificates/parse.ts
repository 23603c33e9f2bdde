import { parseOwnFile } from "../services/own-file.ts"
import { parseRefusalOf, parseTaggedAnswer } from "../services/script.ts"
import type { CertificateSnapshot } from "./snapshot.ts"

/** Why a host changed nothing; `silent`: its answer did not come to its end. */
const refusals = [
  "no-openssl",
  "no-folder",
  "folder-of-another",
  "open-folder",
  "no-room",
  "no-key",
  "other-key",
  "folder",
  "another",
  "silent",
] as const
export type Refusal = (typeof refusals)[number]

/** Reads the answer of `certificateScript`; undefined if it was cut off. */
export function parseCertificateFile(stdout: Uint8Array): CertificateSnapshot | undefined {
  const answer = parseTaggedAnswer(stdout)
  if (!answer) return undefined
  const file = parseOwnFile(answer)
  if (file.kind !== "file") return file
  const key = (["match", "other", "none"] as const).find((each) => each === answer.one("key")) ?? "unknown"
  const lines = answer.all("certificate")
  return {
    ...file,
    key,
    ...(lines.some((line) => line !== "") ? { certificate: `${lines.join("\n").trim()}\n` } : {}),
  }
}

/** Reads the request that `requestScript` printed, or why there is none. */
export function parseRequest(stdout: Uint8Array): { readonly request: string } | { readonly refusal: Refusal } {
  const answer = parseTaggedAnswer(stdout)
  const refusal = parseRefusalOf(answer, refusals)
  const request = answer?.all("request").join("\n").trim() ?? ""
  if (refusal) return { refusal }
  return request === "" ? { refusal: "no-key" } : { request: `${request}\n` }
}

/** Reads why `installScript` or `removeScript` changed nothing; undefined if it did as it was asked. */
export function parseRefusal(stdout: Uint8Array): Refusal | undefined {
  return parseRefusalOf(parseTaggedAnswer(stdout), refusals)
}
