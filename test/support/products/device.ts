import { createHash, generateKeyPairSync, sign } from "node:crypto"
import type { ClientOptions, WebSocket as Socket } from "ws"
import { WebSocket } from "ws"

/** How a device comes to its gateway, and what it sends. */
export interface Visit extends Pick<ClientOptions, "ca" | "cert" | "key" | "headers"> {
  /** Such as `wss://127.0.0.1:18443`. */
  readonly url: string
  /** The gateway's shared token. */
  readonly token?: string
  /** Its own, that an earlier visit got. */
  readonly deviceToken?: string
}

/** What the gateway answers. */
export interface Welcome {
  /** `accepted`, the code of a refusal, or the status or error before the handshake. */
  readonly result: string
  readonly deviceToken?: string
  readonly scopes?: readonly string[]
  /** Open if it was accepted; the caller ends it. */
  readonly socket: Socket
}

/** A device of an openclaw such as a phone or a node, with a key pair of its own. */
export interface Device {
  readonly id: string
  visit(visit: Visit): Promise<Welcome>
}

const clients = {
  node: { id: "node-host", mode: "node" },
  operator: { id: "openclaw-android", mode: "ui" },
} as const

/** Creates a device that signs as the product's own do. Source: openclaw 2026.9.6, `src/gateway/device-auth.ts`. */
export function createDevice(role: keyof typeof clients, scopes: readonly string[] = []): Device {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32)
  const id = createHash("sha256").update(raw).digest("hex")
  const client = clients[role]
  const platform = "linux"
  const params = (nonce: string, { token, deviceToken }: Visit) => {
    const signedAt = Date.now()
    const shown = token ?? deviceToken ?? ""
    const parts = ["v3", id, client.id, client.mode, role, scopes.join(","), signedAt, shown, nonce, platform, ""]
    return {
      ...{ minProtocol: 3, maxProtocol: 4, role, scopes, caps: [], commands: [], permissions: {} },
      client: { ...client, version: "2026.9.6", platform },
      ...(shown === "" ? {} : { auth: token === undefined ? { deviceToken } : { token } }),
      device: {
        ...{ id, publicKey: raw.toString("base64url"), signedAt, nonce },
        signature: sign(null, Buffer.from(parts.join("|")), privateKey).toString("base64url"),
      },
    }
  }
  return {
    id,
    visit: (visit) =>
      new Promise((resolve) => {
        const { url, ca, cert, key, headers } = visit
        const socket = new WebSocket(url, {
          ...{ servername: "studio.test", handshakeTimeout: 60_000 },
          ...{
            ...(ca ? { ca } : {}),
            ...(cert ? { cert } : {}),
            ...(key ? { key } : {}),
            ...(headers ? { headers } : {}),
          },
        })
        const end = (result: string) => resolve({ result, socket })
        socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
        socket.on("close", (code) => end(`closed ${code}`))
        socket.on("unexpected-response", (request, { statusCode }) => {
          end(`${statusCode}`)
          request.destroy()
        })
        socket.on("message", (data) => {
          const { event, payload, type, ok, error } = JSON.parse(String(data))
          if (event === "connect.challenge") {
            const request = { type: "req", id: "1", method: "connect", params: params(payload.nonce, visit) }
            return socket.send(JSON.stringify(request))
          }
          if (type !== "res") return
          if (!ok) return end(error?.details?.code ?? error?.code)
          const { deviceToken, scopes } = payload.auth ?? {}
          resolve({ result: "accepted", deviceToken, scopes, socket })
        })
      }),
  }
}
