import { isLoopback } from "../../core/address.ts"
import type { Secret } from "../../core/secret.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import type { PortSnapshot as Port } from "../../probes/listeners/snapshot.ts"
import type { Credential } from "../../products/readers.ts"
import { maxWrongTokens, type RateLimit } from "../../products/wrong-tokens.ts"
import { addressIn } from "../collect/wire.ts"
import type { Suspect } from "./suspects.ts"

/** A running gateway's answers without a token, and to tokens that it may have been started with. */
export interface Inquiry {
  readonly verdict: Verdict
  /** Its answer to a client that sends nothing: if that is accepted, no token proves anything. */
  readonly anonymous?: Verdict
  /** The token that it accepted. */
  readonly inUse?: Suspect
  /** Tokens that it rejected. */
  readonly refused: readonly Secret[]
  /** How many other candidates were not sent. */
  readonly untried: number
  /** No candidate was sent, because the gateway's own limit of failed attempts is too low. */
  readonly isLimited?: true
}

/** Finds the token that a gateway accepts: one connect each, the likeliest first, and at most a few that are wrong. */
export async function inquire(
  ask: (token: Secret | undefined) => Promise<Verdict>,
  port: Port | undefined,
  suspects: readonly Suspect[],
  credential: Credential = "token",
  limit: RateLimit | undefined = undefined,
): Promise<Inquiry> {
  const anonymous = await ask(undefined)
  const none = { anonymous, verdict: anonymous, refused: [], untried: 0 }
  if (anonymous.kind !== "answers" && anonymous.kind !== "refused") return none
  const most = mostWrong(port, limit)
  if (most === 0 && suspects.length > 0)
    return { ...none, verdict: { kind: "answers" }, untried: suspects.length, isLimited: true }
  const refused: Secret[] = []
  let first: Verdict | undefined
  for (const suspect of suspects) {
    if (refused.length >= most) break
    const verdict = await ask(suspect.value)
    first ??= verdict
    if (verdict.kind === "accepted") return { ...none, verdict, inUse: suspect, refused }
    if (verdict.kind !== "refused" || (credential === "token" && isPassword(verdict)))
      return { ...none, verdict, refused }
    refused.push(suspect.value)
  }
  const verdict: Verdict = first ?? { kind: "answers" }
  return { ...none, verdict, refused, untried: suspects.length - refused.length }
}

/** Returns how many wrong tokens may be sent to a gateway with this limit. */
export function mostWrong(port: Port | undefined, limit: RateLimit | undefined): number {
  return maxWrongTokens("scan", { isLoopback: isLoopback(addressIn(port)), limit })
}

/** Checks whether the gateway asked for a password. */
export function isPassword(verdict: Verdict | undefined): boolean {
  return verdict?.kind === "refused" && verdict.code.matches(/PASSWORD/)
}
