import { once } from "node:events"
import type { AddressInfo } from "node:net"
import WebSocket, { WebSocketServer } from "ws"
import { Secret } from "../../../core/secret.ts"
import { openSession } from "../../../gateways/gateway.ts"
import { hostOf } from "../../../hosts/index.ts"
import type { Gateway } from "./gateway.ts"

/**
 * A double of a gateway that is deaf to one request: all else goes through to the real one, and `secrets.reload` is
 * answered as openclaw answers it, and not done.
 */
export async function deafTo({ port }: Gateway): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
  await once(server, "listening")
  server.on("connection", (client) => {
    const upstream = new WebSocket(`ws://127.0.0.1:${port}/`)
    const open = once(upstream, "open")
    client.on("message", async (data) => {
      await open
      const { id, method } = JSON.parse(data.toString())
      if (method !== "secrets.reload") upstream.send(data.toString())
      else client.send(JSON.stringify({ type: "res", id, ok: true, payload: { ok: true, warningCount: 0 } }))
    })
    upstream.on("message", (data) => client.send(data.toString()))
    upstream.on("close", (code, reason) => client.close(code > 1004 && code < 1007 ? 1000 : code, reason))
    upstream.on("error", () => client.terminate())
    client.on("close", () => upstream.close())
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, "close")
    },
  }
}

/** Makes a real openclaw read its secret file. */
export async function reload({ port, product }: Gateway, token: string): Promise<void> {
  const way = { port, product, dial: () => hostOf("local").dial("127.0.0.1", port) }
  const { session } = await openSession(way, new Secret(token), ["operator.admin"])
  await session?.request("secrets.reload").catch(() => {})
  await session?.closed
}
