import { Foreign } from "../../core/foreign.ts"
import type { Forwarding } from "../../core/forwarding.ts"
import { parseRefusalOf, parseTaggedAnswer } from "../services/script.ts"
import type { ProxySnapshot } from "./snapshot.ts"

/** Why a host did nothing; `silent`: its answer did not come to its end. */
const refusals = ["no-folder", "no-haproxy", "no-perl", "not-loaded", "silent"] as const
export type Refusal = (typeof refusals)[number]

/** Reads the answer of `proxyScript`; undefined if it was cut off. */
export function parseProxy(stdout: Uint8Array): ProxySnapshot | undefined {
  const answer = parseTaggedAnswer(stdout)
  if (!answer) return undefined
  const version = answer.one("version")
  const stamp = /"([0-9a-f]{64})"|<([0-9a-f]{64})>|\b([0-9a-f]{64})\b/.exec(answer.all("stamp").join(" "))
  const process = (["running", "unknown"] as const).find((each) => each === answer.one("process")) ?? "none"
  const loaded = stamp?.slice(1).find((each) => each !== undefined)
  return { process, ...(version ? { version } : {}), ...(loaded ? { stamp: loaded } : {}) }
}

/** Reads what HAProxy has against a configuration; undefined if nothing. */
export function parseProblem(stdout: Uint8Array): Foreign | Refusal | undefined {
  const answer = parseTaggedAnswer(stdout)
  const refusal = parseRefusalOf(answer, refusals)
  if (refusal) return refusal
  const lines = answer?.all("problem") ?? []
  const alerts = lines.filter((line) => line.includes("ALERT"))
  return lines.length > 0 ? new Foreign((alerts.length > 0 ? alerts : lines).join(" ")) : undefined
}

/** Reads the answer of `applyScript`: why it did nothing, or how many sessions it ended. */
export function parseApplied(stdout: Uint8Array): { readonly refusal: Refusal } | { readonly closed: number } {
  const answer = parseTaggedAnswer(stdout)
  const refusal = parseRefusalOf(answer, refusals)
  return refusal ? { refusal } : { closed: answer?.all("closed").length ?? 0 }
}

/** Reads the answer of `forwardScript`: why it did nothing, or how a guard hands clients on; neither if none runs. */
export function parseForwarding(
  stdout: Uint8Array,
): { readonly refusal: Refusal } | { readonly forwarding: Forwarding } | Record<never, never> {
  const answer = parseTaggedAnswer(stdout)
  const refusal = parseRefusalOf(answer, refusals)
  if (refusal) return { refusal }
  const forwarding = (["named", "plain"] as const).find((each) => each === answer?.one("forwards"))
  return forwarding ? { forwarding } : {}
}
