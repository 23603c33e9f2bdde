import type { Authority } from "../../certificates/authority.ts"
import { openSession } from "../../gateways/gateway.ts"
import type { Session } from "../../gateways/session.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import { ownIdentity } from "../../products/trusted-proxy.ts"
import { ownMachine } from "../../proxies/guard.ts"
import { identityHeader } from "../../proxies/header.ts"
import { type GatewayAt, unreachable, wayOf } from "./session.ts"

/**
 * Opens a session with a gateway that trusts its guard, by gatekey's own identity: on the gateway's loopback, as the guard
 * itself would, so that it proves that the gateway goes by the header.
 */
export async function identitySession(
  at: GatewayAt,
  authority: Authority,
  header: number,
): Promise<{ verdict: Verdict; session?: Session }> {
  const headers = {
    [identityHeader(authority, header)]: ownIdentity.identity,
    "X-Forwarded-For": ownMachine,
    "X-Forwarded-Proto": "https",
  }
  const route = { ...wayOf(at), headers }
  return openSession(route, undefined, ownIdentity.scopes).catch((error) => ({ verdict: unreachable(error) }))
}
