import { request } from "node:http"
import type { Duplex } from "node:stream"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { Foreign } from "../../core/foreign.ts"
import type { Route } from "../../core/route.ts"
import { type GatewayRoute, openSession } from "../../gateways/gateway.ts"
import { wrapInTls } from "../../gateways/tls.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import { describeHttp } from "../../gateways/verdict.ts"
import { hostOf } from "../../hosts/index.ts"
import { verdictOfError } from "./wire.ts"

/** A gateway's answers to a client that sends no token. */
export interface Hello {
  /** `200`, or why there was no answer. */
  readonly http: { readonly status: number; readonly server: Foreign } | { readonly problem: string }
  /** The verdict of a WebSocket connect without a token. */
  readonly websocket: Verdict
}

const patienceMilliseconds = 5_000

/** Connects from that host by that route without a token, which counts as no attempt. @param pin the gateway's certificate */
export async function helloFrom(
  host: string,
  { address, port }: Route,
  product: string,
  pin: string | undefined,
): Promise<Hello> {
  const dial = () => hostOf(host).dial(address, port)
  const way: GatewayRoute = { product, port, dial, ...(pin ? { tlsFingerprint: pin } : {}) }
  const [http, websocket] = await Promise.all([
    healthOf(async () => {
      const stream = await dial()
      return pin ? await wrapInTls(stream, pin) : stream
    }, port),
    openSession(way, undefined).then(({ verdict, session }) => {
      session?.close()
      return verdict
    }, verdictOfError),
  ])
  return { http, websocket }
}

async function healthOf(dial: () => Promise<Duplex | Verdict>, port: number): Promise<Hello["http"]> {
  let stream: Duplex | Verdict
  try {
    stream = await dial()
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message }
    throw error
  }
  if ("kind" in stream) return { problem: "no TLS" }
  const connection = stream
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: "/healthz", headers: { Connection: "close" } }
    const query = request({ ...options, createConnection: () => connection }, (answer) => {
      answer.resume()
      resolve({ status: answer.statusCode ?? 0, server: new Foreign(String(answer.headers.server ?? "")) })
      query.destroy()
    })
    query.setTimeout(patienceMilliseconds, () => query.destroy(new UserError("it does not answer")))
    query.on("error", (error) =>
      resolve({ problem: error instanceof UserError ? error.message : "it does not speak HTTP" }),
    )
    query.end()
  })
}

/** Describes the answer, such as `HTTP 200` or `HTTP 404 from nginx`. */
export function describeHealth(http: Hello["http"]): string {
  return shown("problem" in http ? http.problem : describeHttp(http))
}
