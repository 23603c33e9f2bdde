import type { AuthoritySet } from "../../certificates/authority-set.ts"
import { Secret } from "../../core/secret.ts"
import { openSession } from "../../gateways/gateway.ts"
import type { Session } from "../../gateways/session.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import { ownIdentity, type TrustedIdentity } from "../../products/trusted-proxy.ts"
import { ownMachine } from "../../proxies/guard.ts"
import { identityHeader } from "../../proxies/header.ts"
import { type GatewayAt, unreachable, wayOf } from "./session.ts"

/** What names the header by which a proxy tells its gateway who is there. */
export interface HeaderSource {
  /** The generation of the name that derives from the state. */
  readonly header?: number
  /** The name that the user's own proxy has, in place of it. */
  readonly userHeader?: Secret | string
}

/** Returns the name of the header with the identity. It is a secret. */
export function headerName(authority: AuthoritySet, { header = 1, userHeader }: HeaderSource): string {
  if (userHeader === undefined) return identityHeader(authority, header)
  return (userHeader instanceof Secret ? userHeader.reveal() : userHeader).toLowerCase()
}

/**
 * Opens a session with a gateway that trusts its guard: on the gateway's loopback, as the guard itself would, so that it
 * proves that the gateway goes by the header. @param who by default gatekey's own identity
 */
export async function identitySession(
  at: GatewayAt,
  header: string,
  who: TrustedIdentity = ownIdentity,
): Promise<{ verdict: Verdict; session?: Session }> {
  const headers = { ...forwarded, [header]: who.identity }
  const route = { ...wayOf(at), headers }
  return openSession(route, undefined, who.scopes).catch((error) => ({ verdict: unreachable(error) }))
}

/** Connects to a gateway as a guard does, without any credential: it answers if it accepts a proxy on its own host. */
export async function forwardedVerdict(at: GatewayAt): Promise<Verdict> {
  const route = { ...wayOf(at), headers: forwarded }
  const { verdict, session } = await openSession(route, undefined, []).catch((error) => ({
    verdict: unreachable(error),
    session: undefined,
  }))
  session?.close()
  return verdict
}

const forwarded = { "X-Forwarded-For": ownMachine, "X-Forwarded-Proto": "https" }
