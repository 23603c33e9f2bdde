import { request } from "node:http"
import type { Duplex } from "node:stream"
import { Foreign } from "../core/foreign.ts"
import type { Secret } from "../core/secret.ts"
import { evaluateConnectionError } from "./session.ts"
import { evaluateHttpAnswer, silentVerdict, type Verdict } from "./verdict.ts"

const timeoutMilliseconds = 10_000
const maxAnswerLength = 65_536

/**
 * Checks by HTTP whether a gateway accepts the token, without a device identity and without a record. It requests a tool that
 * does not exist: with the right token the answer is "not found".
 */
export function sendHttpProbe(
  stream: Duplex,
  { port, token, headers: more }: { port: number; token?: Secret; headers?: Readonly<Record<string, string>> },
): Promise<Verdict> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ tool: "__probe__" })
    const headers = {
      "Content-Type": "application/json",
      "Content-Length": String(body.length),
      Connection: "close",
      ...more,
      ...(token ? { Authorization: `Bearer ${token.reveal()}` } : {}),
    }
    const options = { host: "127.0.0.1", port, method: "POST", path: "/tools/invoke", headers }
    const httpRequest = request({ ...options, createConnection: () => stream }, (answer) => {
      let text = ""
      answer.setEncoding("utf8")
      answer.on("data", (chunk) => {
        text += chunk
        if (text.length > maxAnswerLength)
          finish({ kind: "not a gateway", what: `it answers more than ${maxAnswerLength / 1024} KB` })
      })
      answer.on("error", (error) => finish(evaluateConnectionError(error)))
      answer.on("end", () => {
        const { statusCode: status = 0, headers } = answer
        const retry = headers["retry-after"]
        finish(
          evaluateHttpAnswer(
            { status, server: new Foreign(String(headers.server ?? "")), body: text, ...(retry ? { retry } : {}) },
            Date.now(),
          ),
        )
      })
    })
    const finish = (verdict: Verdict) => {
      clearTimeout(timer)
      resolve(verdict)
      stream.destroy()
    }
    const timer = setTimeout(() => finish(silentVerdict), timeoutMilliseconds)
    timer.unref()
    httpRequest.on("error", (error) => finish(evaluateConnectionError(error)))
    httpRequest.end(body)
  })
}
