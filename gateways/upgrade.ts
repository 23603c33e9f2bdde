import type { IncomingMessage } from "node:http"
import { Foreign } from "../core/foreign.ts"
import { parseProxyAnswer } from "../core/proxy-answers.ts"
import { describeHttp, errorType, unattributed, type Verdict } from "./verdict.ts"

/** An answer with a code is JSON of some hundred bytes. */
const maxAnswerLength = 1000

/** Reads the beginning of an answer's body. */
export async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = ""
  try {
    for await (const chunk of response) {
      body += String(chunk)
      if (body.length > maxAnswerLength) break
    }
  } catch {
    // What came until then is what is known.
  }
  return body
}

/** Evaluates a refused upgrade. Both products answer 503 without a server name while they restart or are overloaded. */
export function evaluateUpgrade(status: number, server: Foreign, body: string): Verdict {
  const said = parseProxyAnswer(body)
  if (said) return { kind: "proxy", status, said }
  if (errorType(body) === unattributed) return { kind: "refused", code: new Foreign(unattributed) }
  return status === 503 && server.isEmpty
    ? { kind: "starting" }
    : { kind: "not a gateway", what: describeHttp({ status, server }) }
}
