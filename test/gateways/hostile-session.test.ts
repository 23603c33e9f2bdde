import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { WebSocketServer } from "ws"
import { Secret } from "../../core/secret.ts"
import { openSession } from "../../gateways/gateway.ts"
import { hostOf } from "../../hosts/index.ts"

/** What `String` fails for. */
const odd = { toString: 1, valueOf: 1 }

test("survives a gateway whose scopes and errors are objects without a text", async () => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
  onTestFinished(() => void server.close())
  await once(server, "listening")
  server.on("connection", (socket) => {
    socket.send(JSON.stringify({ type: "event", event: "connect.challenge" }))
    socket.on("message", (data) => {
      const { id } = JSON.parse(String(data))
      const accepted = { ok: true, payload: { auth: { scopes: ["operator.read", odd] } } }
      socket.send(JSON.stringify({ type: "res", id, ...(id === "connect" ? accepted : { error: { message: odd } }) }))
    })
  })
  const { port } = server.address() as AddressInfo
  const route = { product: "openclaw", port, dial: () => hostOf("local").dial("127.0.0.1", port) }
  const { verdict, session } = await openSession(route, new Secret("x"))
  expect(verdict).toEqual({ kind: "accepted" })
  expect(session?.scopes).toEqual(["operator.read", "[object]"])
  await expect(session?.request("health")).rejects.toThrow("the gateway refused health: [object]")
  session?.close()
})
