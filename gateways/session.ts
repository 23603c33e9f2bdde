import type { Duplex } from "node:stream"
import WebSocket from "ws"
import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"
import { formatScalar } from "../core/scalar.ts"
import type { Secret } from "../core/secret.ts"
import { bodyOf, evaluateUpgrade } from "./upgrade.ts"
import { evaluateRefusal, protocols, silentVerdict, toNoGateway, type Verdict, type WireError } from "./verdict.ts"

/** An authenticated connection on which an operator can call the gateway's methods. */
export interface Session {
  /** Calls a method. @throws UserError if the gateway refuses it, or does not answer in time */
  request(method: string, params?: object): Promise<unknown>
  /** Resolves when the connection ends: 4001 if the gateway's token was changed, 1012 if it restarts. */
  readonly closed: Promise<{ readonly code: number; readonly reason: Foreign }>
  readonly isClosed: boolean
  /** The scopes that the gateway has granted. */
  readonly scopes: readonly string[]
  close(): void
}

/** The field in which a client sends the secret; the gateway's mode says which one it checks. */
export type SecretField = "token" | "password" | "either"

export interface ConnectOptions {
  /** The secret. Default: none, which the gateway does not count as a failed attempt. */
  readonly token?: Secret
  /** Default: `token`. */
  readonly as?: SecretField
  /** Default: `operator.read`. */
  readonly scopes?: readonly string[]
  readonly product: string
  /** The gateway's port, for the request's URL. */
  readonly port: number
  /** Headers of the upgrade, as a proxy in front of the gateway adds them. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds until there is a verdict. Default: 10 s. */
  readonly timeout?: number
}

const defaultTimeout = 10_000
/** Bytes of one message, and of all messages before an answer. */
const maxMessageBytes = 16 << 20
const maxBytes = 32 << 20
const tooManyBytes = `it sent more than ${maxBytes >> 20} MB`

/**
 * Connects once by WebSocket. On the gateway's loopback a shared token needs no device identity and leaves no record.
 * Takes over the stream, and destroys it if there is no session.
 */
export async function connect(
  stream: Duplex,
  options: ConnectOptions,
): Promise<{ verdict: Verdict; session?: Session }> {
  const { product, port, headers, timeout = defaultTimeout } = options
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
    createConnection: () => stream as never,
    ...(headers ? { headers } : {}),
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  })
  const closed = new Promise<{ code: number; reason: Foreign }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: new Foreign(reason.toString()) })),
  )
  let scopes: readonly string[] = []
  const verdict = await new Promise<Verdict>((resolve) => {
    const timer = setTimeout(() => resolve(silentVerdict), timeout)
    const finish = (verdict: Verdict) => {
      clearTimeout(timer)
      resolve(verdict)
    }
    socket.on("unexpected-response", (request, response) => {
      const { statusCode = 0, headers } = response
      void bodyOf(response).then((body) => {
        finish(evaluateUpgrade(statusCode, new Foreign(String(headers.server ?? "")), body))
        request.destroy()
      })
    })
    socket.on("error", (error) => finish(evaluateConnectionError(error)))
    const fits = limitBytes(maxBytes)
    socket.on("message", (data) => {
      if (!fits(data)) return finish({ kind: "not a gateway", what: tooManyBytes })
      const frame = parseFrame(data)
      if (frame.type === "event" && frame.event === "connect.challenge") {
        socket.send(JSON.stringify({ type: "req", id: "connect", method: "connect", params: connectParams(options) }))
      } else if (frame.type === "res" && frame.id === "connect") {
        scopes = grantedScopes(frame)
        finish(frame.ok === true ? { kind: "accepted" } : evaluateRefusal(frame.error ?? {}, product, Date.now()))
      }
    })
    void closed.then(({ code, reason }) => finish(evaluateClose(code, reason)))
  })
  if (verdict.kind !== "accepted") {
    socket.terminate()
    stream.destroy()
    return { verdict }
  }
  return { verdict, session: createSession(socket, closed, scopes) }
}

/**
 * clawdbot requires a device identity if no token is sent, and does not check the token in mode password; in mode token
 * this one is wrong. Source: clawdbot 2026.1.24-3, `canSkipDevice`.
 */
const noToken = "none"

function connectParams({ token, as = "token", product, scopes = ["operator.read"] }: ConnectOptions): object {
  const secret = token?.reveal()
  const auth =
    secret === undefined
      ? undefined
      : {
          token: { token: secret },
          password: { password: secret, ...(product === "clawdbot" ? { token: noToken } : {}) },
          either: { token: secret, password: secret },
        }[as]
  return {
    minProtocol: protocols.from,
    maxProtocol: protocols.to,
    client: { id: "gateway-client", version: "gatekey", platform: process.platform, mode: "backend" },
    role: "operator",
    scopes,
    caps: [],
    commands: [],
    permissions: {},
    ...(auth ? { auth } : {}),
  }
}

function createSession(socket: WebSocket, closed: Session["closed"], scopes: readonly string[]): Session {
  let count = 0
  let isClosed = false
  void closed.then(() => {
    isClosed = true
  })
  // A later error is reported by the close event.
  socket.removeAllListeners("message").on("error", () => {})
  return {
    closed,
    scopes,
    get isClosed() {
      return isClosed
    },
    async request(method, params = {}) {
      const id = `${++count}`
      const answer = new Promise<Frame>((resolve, reject) => {
        const fail = (message: string) => {
          clearTimeout(timer)
          socket.off("message", listen)
          reject(new UserError(message))
        }
        const timer = setTimeout(() => fail(`the gateway did not answer ${method}`), defaultTimeout)
        const fits = limitBytes(maxBytes)
        const listen = (data: WebSocket.RawData) => {
          if (!fits(data)) return fail(`the gateway did not answer ${method}: ${tooManyBytes}`)
          const frame = parseFrame(data)
          if (frame.type !== "res" || frame.id !== id) return
          clearTimeout(timer)
          socket.off("message", listen)
          resolve(frame)
        }
        socket.on("message", listen)
        void closed.then(({ code }) => fail(`the gateway closed the connection (${code}) before it answered ${method}`))
      })
      socket.send(JSON.stringify({ type: "req", id, method, params }))
      const { ok, payload, error } = await answer
      if (ok === true) return payload
      throw new UserError(
        `the gateway refused ${method}: ${new Foreign(formatScalar(error?.message ?? "no reason given"))}`,
      )
    },
    close: () => socket.close(1000),
  }
}

interface Frame {
  readonly type?: unknown
  readonly id?: unknown
  readonly event?: unknown
  readonly ok?: unknown
  readonly payload?: unknown
  readonly error?: WireError
}

/** Returns the scopes in the answer to a `connect`; clawdbot's has none. */
function grantedScopes({ payload }: Frame): readonly string[] {
  const { auth } = Object(payload)
  return Array.isArray(auth?.scopes) ? auth.scopes.map(formatScalar) : []
}

/** Counts the bytes of messages; its result is false once they exceed the maximum. */
function limitBytes(maxBytes: number): (data: WebSocket.RawData) => boolean {
  let bytes = 0
  return (data) => {
    bytes += "byteLength" in data ? data.byteLength : data.reduce((sum, { length }) => sum + length, 0)
    return bytes <= maxBytes
  }
}

function parseFrame(data: WebSocket.RawData): Frame {
  try {
    const frame: unknown = JSON.parse(data.toString())
    return typeof frame === "object" && frame !== null ? frame : {}
  } catch {
    return {}
  }
}

/** Something listens there, and ends the connection: another protocol, or a process that ends. */
const cutVerdict: Verdict = { kind: "no gateway", reason: "the connection was cut", code: "ECONNRESET" }

function evaluateClose(code: number, reason: Foreign): Verdict {
  if (code === 1012 || code === 1013) return { kind: "starting" }
  if (code === 1006) return cutVerdict
  return { kind: "not a gateway", what: `it closed the connection (${code}${reason.isEmpty ? "" : ` ${reason}`})` }
}

/** Evaluates a connection error. */
export function evaluateConnectionError(error: Error): Verdict {
  if (error instanceof UserError) return toNoGateway(error)
  const { code = "" } = error as NodeJS.ErrnoException
  if (code === "ECONNRESET" || code === "EPIPE") return cutVerdict
  if (/TLS|SSL|CERT/.test(code)) return { kind: "tls", reason: `no TLS: ${new Foreign(error.message)}` }
  return { kind: "not a gateway", what: "it does not speak HTTP" }
}
