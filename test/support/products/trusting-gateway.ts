import { rmSync } from "node:fs"
import { whenFinished } from "../finished.ts"
import { homeOf } from "./gateway.ts"
import { freePort } from "./listener.ts"
import { startReady } from "./product-process.ts"

/** A real openclaw that goes by what its guard says. */
export interface TrustingGateway {
  readonly home: string
  readonly port: number
}

/**
 * Starts an openclaw without any token, until the test ends.
 * @param header by which its guard says who is there
 * @param identities whom it knows, each with its scopes
 * @param atEnd what ends it: by default the end of the test
 */
export async function startTrusting(
  header: string,
  identities: Readonly<Record<string, readonly string[]>>,
  port?: number,
  atEnd: typeof whenFinished = whenFinished,
): Promise<TrustingGateway> {
  const own = port ?? (await freePort())
  const trustedProxy = {
    userHeader: header,
    requiredHeaders: ["x-forwarded-proto"],
    allowUsers: Object.keys(identities),
    allowLoopback: true,
  }
  const identityScopes = Object.fromEntries(Object.entries(identities).filter(([, scopes]) => scopes.length > 0))
  const home = homeOf("openclaw", {
    gateway: {
      ...{ mode: "local", port: own, bind: "loopback", trustedProxies: ["127.0.0.1"] },
      auth: { mode: "trusted-proxy", trustedProxy, identityScopes },
      nodes: { pairing: { autoApproveLocal: false, sshVerify: false } },
      controlUi: { enabled: false },
    },
  })
  atEnd(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  await startReady("openclaw", home, own, [], {}, atEnd)
  return { home, port: own }
}
