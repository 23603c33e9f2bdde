import type { Duplex } from "node:stream"
import WebSocket from "ws"
import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"
import type { Secret } from "../core/secret.ts"
import { describeHttp, noGateway, protocols, refusal, silence, type Verdict, type WireError } from "./verdict.ts"

/** A connection on which the gateway does what its operator asks. */
export interface Session {
  /** @throws UserError for what the gateway refuses, or does not answer in time */
  request(method: string, params?: object): Promise<unknown>
  /** When and why it ended: 4001 where the gateway's token was changed, 1012 where it restarts. */
  readonly closed: Promise<{ readonly code: number; readonly reason: Foreign }>
  readonly isClosed: boolean
  close(): void
}

/** As what a client sends the secret: a gateway checks the one or the other, as its mode says. */
export type SentAs = "token" | "password" | "either"

export interface Knock {
  /** The secret. Default: nothing is shown, which counts as no attempt. */
  readonly token?: Secret
  /** Default: `token`. */
  readonly as?: SentAs
  /** What the session is to do; `operator.read` by default. */
  readonly scopes?: readonly string[]
  readonly product: string
  /** As the gateway's own clients name it. */
  readonly port: number
  /** Milliseconds for all of it. Default: 10 s. */
  readonly timeout?: number
}

const patience = 10_000
/** Bytes of one message, and of all that come before an answer. */
const longest = 16 << 20
const most = 32 << 20
const tooMuch = `it sent more than ${most >> 20} MB`

/**
 * One connect by WebSocket. On the gateway's loopback a shared token needs no device identity and leaves no record.
 * The stream is the session's from then on, and is ended where there is none.
 */
export async function connect(stream: Duplex, knock: Knock): Promise<{ verdict: Verdict; session?: Session }> {
  const { product, port, timeout = patience } = knock
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
    createConnection: () => stream as never,
    perMessageDeflate: false,
    maxPayload: longest,
  })
  const closed = new Promise<{ code: number; reason: Foreign }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: new Foreign(reason.toString()) })),
  )
  const verdict = await new Promise<Verdict>((resolve) => {
    const timer = setTimeout(() => resolve(silence), timeout)
    const say = (verdict: Verdict) => {
      clearTimeout(timer)
      resolve(verdict)
    }
    socket.on("unexpected-response", (request, { statusCode = 0, headers }) => {
      say(unopened(statusCode, new Foreign(String(headers.server ?? ""))))
      request.destroy()
    })
    socket.on("error", (error) => say(unspoken(error)))
    const fits = upTo(most)
    socket.on("message", (data) => {
      if (!fits(data)) return say({ kind: "not a gateway", what: tooMuch })
      const frame = frameOf(data)
      if (frame.type === "event" && frame.event === "connect.challenge") {
        socket.send(JSON.stringify({ type: "req", id: "connect", method: "connect", params: hello(knock) }))
      } else if (frame.type === "res" && frame.id === "connect") {
        say(frame.ok === true ? { kind: "accepted" } : refusal(frame.error ?? {}, product, Date.now()))
      }
    })
    void closed.then(({ code, reason }) => say(ended(code, reason)))
  })
  if (verdict.kind !== "accepted") {
    socket.terminate()
    stream.destroy()
    return { verdict }
  }
  return { verdict, session: sessionOn(socket, closed) }
}

/**
 * clawdbot asks for a device where no token is sent, and in mode password checks none that is; in mode token this one is
 * wrong. Source: clawdbot 2026.1.24-3, `canSkipDevice`.
 */
const noToken = "none"

function hello({ token, as = "token", product, scopes = ["operator.read"] }: Knock): object {
  const secret = token?.reveal()
  const sent =
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
    ...(sent ? { auth: sent } : {}),
  }
}

function sessionOn(socket: WebSocket, closed: Session["closed"]): Session {
  let count = 0
  let over = false
  void closed.then(() => {
    over = true
  })
  // What goes wrong later is told by its close.
  socket.removeAllListeners("message").on("error", () => {})
  return {
    closed,
    get isClosed() {
      return over
    },
    async request(method, params = {}) {
      const id = `${++count}`
      const answer = new Promise<Frame>((resolve, reject) => {
        const give = (why: string) => {
          clearTimeout(timer)
          socket.off("message", listen)
          reject(new UserError(why))
        }
        const timer = setTimeout(() => give(`the gateway did not answer ${method}`), patience)
        const fits = upTo(most)
        const listen = (data: WebSocket.RawData) => {
          if (!fits(data)) return give(`the gateway did not answer ${method}: ${tooMuch}`)
          const frame = frameOf(data)
          if (frame.type !== "res" || frame.id !== id) return
          clearTimeout(timer)
          socket.off("message", listen)
          resolve(frame)
        }
        socket.on("message", listen)
        void closed.then(({ code }) => give(`the gateway closed the connection (${code}) before it answered ${method}`))
      })
      socket.send(JSON.stringify({ type: "req", id, method, params }))
      const { ok, payload, error } = await answer
      if (ok === true) return payload
      throw new UserError(`the gateway refused ${method}: ${new Foreign(String(error?.message ?? "without a word"))}`)
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

/** Whether what has come so far is no more than so many bytes. */
function upTo(most: number): (data: WebSocket.RawData) => boolean {
  let bytes = 0
  return (data) => {
    bytes += "byteLength" in data ? data.byteLength : data.reduce((sum, { length }) => sum + length, 0)
    return bytes <= most
  }
}

function frameOf(data: WebSocket.RawData): Frame {
  try {
    const frame: unknown = JSON.parse(data.toString())
    return typeof frame === "object" && frame !== null ? frame : {}
  } catch {
    return {}
  }
}

/** Both products answer 503, and do not say who they are, while they restart or have too many at the door. */
function unopened(status: number, server: Foreign): Verdict {
  return status === 503 && server.isEmpty
    ? { kind: "starting" }
    : { kind: "not a gateway", what: describeHttp({ status, server }) }
}

function ended(code: number, reason: Foreign): Verdict {
  if (code === 1012 || code === 1013) return { kind: "starting" }
  if (code === 1006) return { kind: "no gateway", reason: "the connection was cut" }
  return { kind: "not a gateway", what: `it closed the connection (${code}${reason.isEmpty ? "" : ` ${reason}`})` }
}

/** Why nothing was spoken at all. */
export function unspoken(error: Error): Verdict {
  if (error instanceof UserError) return noGateway(error)
  const { code = "" } = error as NodeJS.ErrnoException
  if (code === "ECONNRESET" || code === "EPIPE") return { kind: "no gateway", reason: "the connection was cut" }
  if (/TLS|SSL|CERT/.test(code)) return { kind: "tls", reason: `no TLS: ${new Foreign(error.message)}` }
  return { kind: "not a gateway", what: "it does not speak HTTP" }
}
