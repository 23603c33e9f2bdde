import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { folder } from "../hosts/machine.ts"
import { freePort } from "./listener.ts"

const ws = createRequire(import.meta.url).resolve("ws")

/** As openclaw 2026.9.6 answers; whatever it is shown goes into a file, a line each. */
export const doubleProgram = `
import { appendFileSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
const { WebSocketServer } = createRequire(import.meta.url)(${JSON.stringify(ws)})
const { TAKES, PORT, SHOWN, QUOTES } = process.env
const takes = (way, token) => {
  appendFileSync(SHOWN, way + " " + (token || "-") + "\\n")
  return token === TAKES
}
const server = createServer((request, answer) => {
  if (request.url !== "/tools/invoke") return answer.end('{"ok":true,"status":"live"}')
  const taken = takes("http", (request.headers.authorization ?? "").replace(/^Bearer /, ""))
  answer.writeHead(taken ? 404 : 401, { "Content-Type": "application/json" })
  answer.end(JSON.stringify({ error: { type: taken ? "not_found" : "unauthorized" } }))
})
new WebSocketServer({ server }).on("connection", (client) => {
  client.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: Date.now() } }))
  client.on("message", (data) => {
    const { id, method, params } = JSON.parse(data)
    const say = (payload) => client.send(JSON.stringify({ type: "res", id, ok: true, payload }))
    if (method === "device.pair.list") return say({ paired: [], pending: [] })
    if (method === "node.list") return say({ nodes: [] })
    if (method !== "connect") return say({})
    if (takes("ws", params.auth?.token)) return say({ type: "hello-ok" })
    const code = params.auth?.token ? "AUTH_TOKEN_MISMATCH" : "DEVICE_IDENTITY_REQUIRED"
    client.send(JSON.stringify({ type: "res", id, ok: false, error: { message: QUOTES ? "not " + params.auth?.token : "no", details: { code } } }))
    client.close(1008)
  })
})
server.listen(Number(PORT), "127.0.0.1", () => console.log("listening"))
`

export interface GatewayDouble {
  readonly port: number
  /** What it was shown: `ws TOKEN`, `http TOKEN`, with a dash for none. */
  shown(): string[]
  end(): Promise<void>
}

/** A process that passes for a gateway in that home, until the test ends. @param takes the token @param quotes the rejected one, in its error */
export async function gatewayDouble(
  home: string,
  takes: string,
  at?: number,
  { quotes = false } = {},
): Promise<GatewayDouble> {
  const top = folder()
  const [script, log] = [join(top, "openclaw/openclaw.mjs"), join(top, "shown")]
  mkdirSync(join(top, "openclaw"))
  writeFileSync(script, doubleProgram)
  const port = at ?? (await freePort())
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TAKES: takes,
    PORT: String(port),
    SHOWN: log,
    ...(quotes && { QUOTES: "1" }),
  }
  const child = spawn(process.execPath, [script, "gateway", "run", "--port", String(port)], {
    ...{ env, stdio: ["ignore", "pipe", "inherit"] },
  })
  const ended = once(child, "exit")
  const end = async () => {
    child.kill("SIGKILL")
    await ended
  }
  onTestFinished(end)
  await once(child.stdout, "data")
  return { port, shown: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []), end }
}
