import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"
import { WebSocketServer } from "ws"

/**
 * A double of a gateway at the wire, until the test ends: it greets as openclaw 2026.9.6 and clawdbot do, and takes the
 * tokens that it is told to. @returns its port, and what it was shown
 * @param busy whether it has no time for a connection
 */
export async function wireDouble(
  takes: (token: string) => boolean,
  busy: () => boolean = () => false,
): Promise<{ port: number; shown: string[] }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
  await once(server, "listening")
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const shown: string[] = []
  server.on("connection", (client) => {
    if (busy()) return
    client.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: Date.now() } }))
    client.on("message", (data) => {
      const { id, params } = JSON.parse(data.toString())
      const { token = "" } = params.auth ?? {}
      shown.push(token)
      if (takes(token)) return client.send(JSON.stringify({ type: "res", id, ok: true, payload: { type: "hello-ok" } }))
      const error = { message: "unauthorized: gateway token mismatch", details: { code: "AUTH_TOKEN_MISMATCH" } }
      client.send(JSON.stringify({ type: "res", id, ok: false, error }))
      client.close(1008)
    })
  })
  return { port: (server.address() as AddressInfo).port, shown }
}
