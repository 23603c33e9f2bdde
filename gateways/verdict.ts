import { NoConnection, type UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { Foreign } from "../core/foreign.ts"
import { omitUndefined } from "../core/given.ts"
import type { ProxyAnswer } from "../core/proxy-answers.ts"
import { formatMinute } from "../core/time.ts"

/** The result of connecting to a gateway. */
export type Verdict =
  | { readonly kind: "accepted" }
  /** It answers, but no token was sent, or the token is not accepted from here. */
  | { readonly kind: "answers" }
  | { readonly kind: "refused"; readonly code: Foreign }
  | { readonly kind: "pairing required"; readonly request: Foreign; readonly product: string }
  /** `until`: milliseconds since 1970. */
  | { readonly kind: "rate limited"; readonly until: number | undefined }
  /** `code`: the system's, such as `ECONNREFUSED`. */
  | { readonly kind: "no gateway"; readonly reason: string; readonly code?: string }
  /** `isSilent`: it accepts the connection and sends nothing in time, as a gateway on a busy machine may. */
  | { readonly kind: "not a gateway"; readonly what: string; readonly isSilent?: true }
  | { readonly kind: "starting" }
  /** A guard or a sidecar of gatekey's answers instead of the gateway: in its own words, or the code of its rule. */
  | { readonly kind: "proxy"; readonly status: number; readonly said: ProxyAnswer }
  /** The host from which to connect does not answer. */
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "tls"; readonly reason: string }
  | { readonly kind: "protocol"; readonly has: string }

function describeProxyAnswer({ by, reason }: ProxyAnswer): string {
  return `the ${by} answers: ${reason}`
}

/** The supported protocol versions. */
export const protocols = { from: 3, to: 4 }

export const silentVerdict: Verdict = { kind: "not a gateway", what: "it is silent", isSilent: true }

/** Checks for a sidecar that reaches no guard, or whose connection the guard ends. */
export function isWithoutGuard(verdict: Verdict): boolean {
  return verdict.kind === "proxy" && verdict.said.code === "no-guard"
}

/** Checks for a gateway that accepted the connection and sent nothing in time. */
export function isSilent(verdict: Verdict): boolean {
  return verdict.kind === "not a gateway" && verdict.isSilent === true
}

/** Converts the error of a failed connection to a verdict. */
export function toNoGateway(error: UserError): Verdict {
  return {
    kind: "no gateway",
    reason: error.message,
    ...omitUndefined({ code: error instanceof NoConnection ? error.code : undefined }),
  }
}

/** Describes a verdict; equal causes have equal descriptions. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case "refused":
      return `refused: ${verdict.code}`
    case "pairing required":
      return `pairing required (request ${verdict.request}): approve with ${verdict.product} devices approve ${verdict.request.word}`
    case "rate limited":
      return verdict.until === undefined ? "rate limited" : `rate limited until ${formatMinute(verdict.until)}`
    case "no gateway":
      return `no gateway: ${shown(verdict.reason)}`
    case "unreachable":
      return `unreachable: ${shown(verdict.reason)}`
    case "proxy":
      return describeProxyAnswer(verdict.said)
    case "not a gateway":
      return `not a gateway: ${shown(verdict.what)}`
    case "tls":
      return shown(verdict.reason)
    case "protocol":
      return `${verdict.has}, expected ${protocols.from}–${protocols.to}`
    default:
      return verdict.kind
  }
}

/** The error of a refused `connect` from openclaw or clawdbot; clawdbot's has no details. */
export interface WireError {
  readonly code?: unknown
  readonly message?: unknown
  readonly retryAfterMs?: unknown
  readonly details?: { readonly [key: string]: unknown } | null
}

/** Evaluates a refused `connect`. Source: the products' own servers (openclaw 2026.9.6, clawdbot 2026.1.24-3). */
export function evaluateRefusal(
  { message, code, details: wireDetails, retryAfterMs }: WireError,
  product: string,
  now: number,
): Verdict {
  const text = typeof message === "string" ? message : ""
  const details = wireDetails ?? {}
  const detail = typeof details.code === "string" ? details.code : textCodes.find(({ when }) => when.test(text))?.code
  if (/starting|during gateway restart/.test(text) && detail === undefined) return { kind: "starting" }
  switch (detail) {
    case "AUTH_RATE_LIMITED": {
      const wait = [retryAfterMs, details.retryAfterMs].find((value) => typeof value === "number")
      return { kind: "rate limited", until: wait === undefined ? undefined : now + wait }
    }
    case "PAIRING_REQUIRED": {
      const [, quoted] = /requestId: ([\w-]+)/.exec(text) ?? []
      const request = typeof details.requestId === "string" ? details.requestId : (quoted ?? "unknown")
      return { kind: "pairing required", request: new Foreign(request), product }
    }
    case "PROTOCOL_MISMATCH": {
      const has = [details.expectedProtocol, details.protocol].find((value) => typeof value === "number")
      return { kind: "protocol", has: has === undefined ? "another protocol" : `protocol ${has}` }
    }
    case "DEVICE_IDENTITY_REQUIRED":
      return { kind: "answers" }
    default:
      return { kind: "refused", code: new Foreign(detail ?? (typeof code === "string" ? code : "UNKNOWN")) }
  }
}

/** The codes for clawdbot's messages, which have none. */
const textCodes: readonly { readonly when: RegExp; readonly code: string }[] = [
  { when: /token mismatch/, code: "AUTH_TOKEN_MISMATCH" },
  { when: /token missing/, code: "AUTH_TOKEN_MISSING" },
  { when: /token not configured/, code: "AUTH_TOKEN_NOT_CONFIGURED" },
  { when: /password mismatch/, code: "AUTH_PASSWORD_MISMATCH" },
  { when: /password missing/, code: "AUTH_PASSWORD_MISSING" },
  { when: /password not configured/, code: "AUTH_PASSWORD_NOT_CONFIGURED" },
  { when: /too many failed/, code: "AUTH_RATE_LIMITED" },
  { when: /device identity required/, code: "DEVICE_IDENTITY_REQUIRED" },
  { when: /pairing required/, code: "PAIRING_REQUIRED" },
  { when: /protocol mismatch/, code: "PROTOCOL_MISMATCH" },
]

/** Evaluates the answer to the HTTP probe. Source: openclaw 2026.9.6. */
export function evaluateHttpAnswer(
  answer: {
    readonly status: number
    readonly server: Foreign
    readonly body: string
    readonly retry?: string
  },
  now: number,
): Verdict {
  const { status, body, retry } = answer
  const type = errorType(body)
  if (status === 404 && type === "not_found") return { kind: "accepted" }
  if (status === 401 && type === "unauthorized") return { kind: "refused", code: new Foreign("AUTH_TOKEN_MISMATCH") }
  if (status === 403 && type !== undefined) return { kind: "refused", code: new Foreign(type) }
  if (status === 429 && type !== undefined) {
    const seconds = Number(retry)
    return { kind: "rate limited", until: seconds > 0 ? now + seconds * 1000 : undefined }
  }
  if (status === 503 && type !== undefined) return { kind: "starting" }
  return { kind: "not a gateway", what: describeHttp(answer) }
}

/** Describes an HTTP answer: `HTTP 200 from nginx`. */
export function describeHttp({ status, server }: { readonly status: number; readonly server: Foreign }): string {
  return `HTTP ${status}${server.isEmpty ? "" : ` from ${server.firstWord}`}`
}

/** How openclaw refuses what comes by a proxy without the address of its client. */
export const unattributed = "proxy_attribution_required"

/** Returns the type in the body of an error of a gateway; undefined if it is another's. */
export function errorType(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body)
    return typeof error?.type === "string" ? error.type : undefined
  } catch {
    return undefined
  }
}
