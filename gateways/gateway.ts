import type { Duplex } from "node:stream"
import { Unreachable, UserError } from "../core/errors.ts"
import type { Secret } from "../core/secret.ts"
import { sendHttpProbe } from "./http.ts"
import { connect, type SecretField, type Session } from "./session.ts"
import { wrapInTls } from "./tls.ts"
import { toNoGateway, type Verdict } from "./verdict.ts"

export { checkServer } from "./tls.ts"

/** A gateway and how to connect to it. */
export interface GatewayRoute {
  readonly product: string
  readonly port: number
  /** SHA-256 of its certificate, if it uses TLS. */
  readonly tlsFingerprint?: string
  /** The field in which WebSocket sends the secret. Default: `token`. HTTP has one field for both. */
  readonly as?: SecretField
  /** Headers that a proxy in front of the gateway would add. */
  readonly headers?: Readonly<Record<string, string>>
  readonly dial: () => Promise<Duplex>
}

/** Opens a session. @throws Unreachable if the host does not answer */
export async function openSession(
  route: GatewayRoute,
  token: Secret | undefined,
  scopes?: readonly string[],
): Promise<{ verdict: Verdict; session?: Session }> {
  const stream = await openStream(route)
  if ("kind" in stream) return { verdict: stream }
  const { product, port, as, headers } = route
  return connect(stream, {
    product,
    port,
    ...(as ? { as } : {}),
    ...(headers ? { headers } : {}),
    ...(token ? { token } : {}),
    ...(scopes ? { scopes } : {}),
  })
}

/** Checks by WebSocket on the gateway's loopback whether it accepts the token; leaves no record there. */
export async function checkTokenByWebSocket(route: GatewayRoute, token: Secret | undefined): Promise<Verdict> {
  const { verdict, session } = await openSession(route, token)
  session?.close()
  return verdict
}

/** Checks by HTTP, from anywhere, whether the gateway accepts the token. */
export async function checkTokenByHttp(route: GatewayRoute, token: Secret | undefined): Promise<Verdict> {
  const stream = await openStream(route)
  if ("kind" in stream) return stream
  const verdict = await sendHttpProbe(stream, { port: route.port, ...(token ? { token } : {}) })
  // Without a token, a refusal says only that it answers.
  return verdict.kind === "refused" && !token ? { kind: "answers" } : verdict
}

async function openStream({ dial, tlsFingerprint }: GatewayRoute): Promise<Duplex | Verdict> {
  try {
    const stream = await dial()
    return tlsFingerprint === undefined ? stream : await wrapInTls(stream, tlsFingerprint)
  } catch (error) {
    if (error instanceof UserError && !(error instanceof Unreachable)) return toNoGateway(error)
    throw error
  }
}
