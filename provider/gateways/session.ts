import { Unreachable } from "../../core/errors.ts"
import type { Secret } from "../../core/secret.ts"
import { type GatewayRoute, openSession } from "../../gateways/gateway.ts"
import type { Session } from "../../gateways/session.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import { hostOf } from "../../hosts/index.ts"
import type { GatewayAt } from "./gateway-at.ts"

export type { GatewayAt } from "./gateway-at.ts"

/** Opens a session with the gateway on its host's loopback. */
export async function sessionAt(
  at: GatewayAt,
  token: Secret | undefined,
  scopes: readonly string[],
): Promise<{ verdict: Verdict; session?: Session }> {
  return openSession(wayOf(at), token, scopes).catch((error) => ({ verdict: unreachable(error) }))
}

export function wayOf({
  host,
  address = "127.0.0.1",
  port,
  product,
  as = "either",
  tlsFingerprint,
}: GatewayAt): GatewayRoute {
  const dial = () => hostOf(host).dial(address, port)
  return { product, port, as, dial, ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }) }
}

export function unreachable(error: unknown): Verdict {
  if (error instanceof Unreachable) return { kind: "unreachable", reason: error.reason }
  throw error
}
