import type { Duplex } from "node:stream"
import { Unreachable, UserError } from "../core/errors.ts"
import type { Secret } from "../core/secret.ts"
import { probe } from "./http.ts"
import { connect, type SentAs, type Session } from "./session.ts"
import { secured } from "./tls.ts"
import { noGateway, type Verdict } from "./verdict.ts"

/** A gateway, as one reaches it from somewhere. */
export interface Way {
  readonly product: string
  readonly port: number
  /** SHA-256 of its certificate, where it speaks TLS. */
  readonly tlsFingerprint?: string
  /** As what a secret is sent by WebSocket. Default: `token`. HTTP has one field for both. */
  readonly as?: SentAs
  readonly dial: () => Promise<Duplex>
}

/** Opens a session. @throws Unreachable when the host whose way it is does not answer */
export async function opened(
  way: Way,
  token: Secret | undefined,
  scopes?: readonly string[],
): Promise<{ verdict: Verdict; session?: Session }> {
  const stream = await streamOf(way)
  if ("kind" in stream) return { verdict: stream }
  const { product, port, as } = way
  return connect(stream, {
    product,
    port,
    ...(as ? { as } : {}),
    ...(token ? { token } : {}),
    ...(scopes ? { scopes } : {}),
  })
}

/** Whether it takes the token, on its own loopback: one connect that leaves nothing behind. */
export async function askGateway(way: Way, token: Secret | undefined): Promise<Verdict> {
  const { verdict, session } = await opened(way, token)
  session?.close()
  return verdict
}

/** The same from anywhere, by HTTP, where the product has it. */
export async function probeGateway(way: Way, token: Secret | undefined): Promise<Verdict> {
  const stream = await streamOf(way)
  if ("kind" in stream) return stream
  const verdict = await probe(stream, { port: way.port, ...(token ? { token } : {}) })
  // Nothing was shown, so nothing was refused.
  return verdict.kind === "refused" && !token ? { kind: "answers" } : verdict
}

async function streamOf({ dial, tlsFingerprint }: Way): Promise<Duplex | Verdict> {
  try {
    const stream = await dial()
    return tlsFingerprint === undefined ? stream : await secured(stream, tlsFingerprint)
  } catch (error) {
    if (error instanceof UserError && !(error instanceof Unreachable)) return noGateway(error)
    throw error
  }
}
