import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { hostile } from "../hostile/escapes.ts"
import { folder } from "../hosts/machine.ts"
import { freePort } from "./listener.ts"

const ws = createRequire(import.meta.url).resolve("ws")

/** Where in what a gateway sends the escapes stand. */
export const answers = ["refused", "details", "pairing", "closed", "protocol", "http", "no http", "accepted"] as const
export type Answer = (typeof answers)[number]

const program = `
import { createServer } from "node:http"
import { createServer as createRaw } from "node:net"
import { createRequire } from "node:module"
const { WebSocketServer } = createRequire(import.meta.url)(${JSON.stringify(ws)})
const { ANSWER, PORT } = process.env
const x = ${JSON.stringify(hostile)}
const latin = x.replace(/[^\\t\\x20-\\x7e\\x80-\\xff]/g, "")
const errors = {
  refused: { code: x, message: x },
  details: { code: "x", message: "unauthorized " + x, details: { code: x } },
  pairing: { message: "pairing required", details: { code: "PAIRING_REQUIRED", requestId: x } },
  protocol: { message: "protocol mismatch " + x, details: { code: "PROTOCOL_MISMATCH", expectedProtocol: 99, protocol: x } },
}
if (ANSWER === "no http") {
  createRaw((socket) => socket.on("error", () => {}).end("220 " + x + "\\r\\n")).listen(Number(PORT), "127.0.0.1", () => console.log("up"))
} else {
  const server = createServer((request, answer) => {
    answer.writeHead(ANSWER === "accepted" ? 404 : 500, { Server: latin, "Retry-After": latin })
    answer.end(JSON.stringify({ error: { type: ANSWER === "accepted" ? "not_found" : x, message: x }, server: { version: x } }))
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on("upgrade", (request, socket, head) => {
    if (ANSWER === "http") return socket.end("HTTP/1.1 418 " + latin + "\\r\\nServer: " + latin + "\\r\\n\\r\\n")
    sockets.handleUpgrade(request, socket, head, serve)
  })
  const serve = (client) => {
    client.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: x, ts: Date.now() } }))
    client.on("message", (data) => {
      const { id, method } = JSON.parse(data)
      const say = (payload) => client.send(JSON.stringify({ type: "res", id, ok: true, payload }))
      const entry = { deviceId: "d" + x, displayName: "n" + x, role: "node", roles: ["node"], approvedVia: x }
      if (method === "device.pair.list") return say({ paired: [entry], pending: [{ ...entry, deviceId: "e" + x, requestId: "r" + x }] })
      if (method === "node.list") return say({ nodes: [{ nodeId: "d" + x, connected: true, approvalState: "pending-" + x, pendingRequestId: "q" + x }] })
      if (method !== "connect") return client.send(JSON.stringify({ type: "res", id, ok: false, error: { message: x, code: x } }))
      if (ANSWER === "closed") return client.close(4321, x.slice(0, 30))
      if (ANSWER === "accepted") return say({ type: "hello-ok", server: { version: x, host: x } })
      client.send(JSON.stringify({ type: "res", id, ok: false, error: errors[ANSWER] }))
      client.close(1008, x.slice(0, 30))
    })
  }
  server.listen(Number(PORT), "127.0.0.1", () => console.log("up"))
}
`

/** A process that passes for a gateway of that home, until the test ends, and may send anything. @returns its port */
export async function hostileGateway(home: string, answer: Answer, at?: number): Promise<number> {
  const top = folder()
  const script = join(top, "openclaw/openclaw.mjs")
  mkdirSync(join(top, "openclaw"))
  writeFileSync(script, program)
  const port = at ?? (await freePort())
  const words = ["gateway", "run", "--port", String(port), "--url", `ws://${hostile}`, hostile]
  const env = { PATH: process.env.PATH, HOME: home, ANSWER: answer, PORT: String(port), OPENCLAW_PROFILE: "" }
  const child = spawn(process.execPath, [script, ...words], { env, stdio: ["ignore", "pipe", "inherit"] })
  const ended = once(child, "exit")
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await ended
  })
  await once(child.stdout, "data")
  return port
}
