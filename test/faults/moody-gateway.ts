import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { type WebSocket, WebSocketServer } from "ws"

/** What a gateway may do in place of what it is asked. */
export const moods = [
  "hangs",
  "closes each connection",
  "answers late",
  "refuses every token",
  "takes every token",
  "answers with nonsense",
  "is gone",
  "restarts",
] as const
type Mood = (typeof moods)[number]

export interface Gateway {
  readonly port: number
  /** @returns what makes it well again */
  be(mood: Mood): Promise<() => Promise<void>>
  stop(): Promise<void>
}

/** A double of a gateway that answers as openclaw 2026.9.6 does (`test/support/products/gateway-double.ts`), until it does not. */
export async function startGateway(takes: () => unknown): Promise<Gateway> {
  let mood: Mood | undefined
  let server: Server
  let port = 0
  const sockets = new WebSocketServer({ noServer: true })
  const isRight = (token: unknown) =>
    mood === "takes every token" || (mood !== "refuses every token" && token === takes())
  const answers = (client: WebSocket) => {
    client.on("error", () => {})
    if (mood === "hangs") return
    if (mood === "closes each connection") return client.close(1011)
    const say = async (message: object) => {
      if (mood === "answers late") await sleep(2_000)
      if (client.readyState === client.OPEN)
        client.send(mood === "answers with nonsense" ? "{" : JSON.stringify(message))
    }
    void say({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: Date.now() } })
    client.on("message", async (data) => {
      const { id, method, params } = JSON.parse(data.toString())
      const done = (payload: object) => say({ type: "res", id, ok: true, payload })
      if (method === "device.pair.list") return done({ paired: [], pending: [] })
      if (method === "node.list") return done({ nodes: [] })
      if (method !== "connect") return done({})
      if (isRight(params.auth?.token)) return done({ type: "hello-ok" })
      const code = params.auth?.token ? "AUTH_TOKEN_MISMATCH" : "DEVICE_IDENTITY_REQUIRED"
      await say({ type: "res", id, ok: false, error: { message: "no", details: { code } } })
      client.close(1008)
    })
  }
  async function listen(): Promise<void> {
    server = createServer(async (request, answer) => {
      if (mood === "hangs") return
      if (mood === "closes each connection") return void answer.destroy()
      if (mood === "answers late") await sleep(2_000)
      if (mood === "answers with nonsense") return void answer.end("{")
      if (request.url !== "/tools/invoke") return void answer.end('{"ok":true,"status":"live"}')
      const isTaken = isRight((request.headers.authorization ?? "").replace(/^Bearer /, ""))
      answer.writeHead(isTaken ? 404 : 401, { "Content-Type": "application/json" })
      answer.end(JSON.stringify({ error: { type: isTaken ? "not_found" : "unauthorized" } }))
    })
    server.on("upgrade", (request, socket, head) => sockets.handleUpgrade(request, socket, head, answers))
    server.listen(port, "127.0.0.1")
    await once(server, "listening")
    port = (server.address() as AddressInfo).port
  }
  async function end(): Promise<void> {
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, "close")
  }
  await listen()
  return {
    port,
    async be(next) {
      if (next === "is gone") {
        await end()
        return listen
      }
      if (next === "restarts") {
        await end()
        const again = sleep(1_500).then(listen)
        return () => again
      }
      mood = next
      return async () => {
        mood = undefined
        for (const client of sockets.clients) client.terminate()
      }
    },
    stop: end,
  }
}
