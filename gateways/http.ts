import { request } from "node:http"
import type { Duplex } from "node:stream"
import { Foreign } from "../core/foreign.ts"
import type { Secret } from "../core/secret.ts"
import { unspoken } from "./session.ts"
import { httpVerdict, silence, type Verdict } from "./verdict.ts"

const patience = 10_000
const longest = 65_536

/**
 * Whether a gateway takes the token, by HTTP: from anywhere, without a device identity, and without a trace. A tool that
 * does not exist is asked for: who may ask is told so, everybody else is refused.
 */
export function probe(stream: Duplex, { port, token }: { port: number; token?: Secret }): Promise<Verdict> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ tool: "__probe__" })
    const headers = {
      "Content-Type": "application/json",
      "Content-Length": String(body.length),
      Connection: "close",
      ...(token ? { Authorization: `Bearer ${token.reveal()}` } : {}),
    }
    const options = { host: "127.0.0.1", port, method: "POST", path: "/tools/invoke", headers }
    const asked = request({ ...options, createConnection: () => stream }, (answer) => {
      let text = ""
      answer.setEncoding("utf8")
      answer.on("data", (chunk) => {
        text += chunk
        if (text.length > longest) say({ kind: "not a gateway", what: `it answers more than ${longest / 1024} KB` })
      })
      answer.on("error", (error) => say(unspoken(error)))
      answer.on("end", () => {
        const { statusCode: status = 0, headers } = answer
        const retry = headers["retry-after"]
        say(
          httpVerdict(
            { status, server: new Foreign(String(headers.server ?? "")), body: text, ...(retry ? { retry } : {}) },
            Date.now(),
          ),
        )
      })
    })
    const say = (verdict: Verdict) => {
      clearTimeout(timer)
      resolve(verdict)
      stream.destroy()
    }
    const timer = setTimeout(() => say(silence), patience)
    timer.unref()
    asked.on("error", (error) => say(unspoken(error)))
    asked.end(body)
  })
}
