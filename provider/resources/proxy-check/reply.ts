import type { ServerProblem } from "../../../gateways/tls.ts"
import { describeVerdict, isSilent, type Verdict } from "../../../gateways/verdict.ts"

/** What one request to a proxy met. */
export type Reply =
  /** It did not get as far as the proxy, or the answer says nothing of it. */
  | {
      readonly kind: "none"
      readonly why: "unreachable" | "certificate" | "starting" | "silent"
      readonly reason: string
    }
  /** The proxy answers itself, or ends the connection. */
  | { readonly kind: "proxy"; readonly what: string }
  /** The gateway answers. */
  | { readonly kind: "gateway"; readonly verdict: Verdict; readonly scopes: readonly string[] }

/** Evaluates why no connection to a proxy could be opened. */
export function replyOfProblem({ layer, reason, isRefusal }: ServerProblem): Reply {
  if (isRefusal) return { kind: "proxy", what: "it ends the TLS handshake" }
  return { kind: "none", why: layer === "tcp" ? "unreachable" : "certificate", reason }
}

/** Evaluates the answer to a request. */
export function replyOf(verdict: Verdict, scopes: readonly string[] = []): Reply {
  switch (verdict.kind) {
    case "unreachable":
      return { kind: "none", why: "unreachable", reason: describeVerdict(verdict) }
    case "starting":
      return { kind: "none", why: "starting", reason: "the gateway is starting" }
    case "tls":
    case "no gateway":
      return { kind: "proxy", what: "it ends the connection" }
    case "proxy":
      return { kind: "proxy", what: describeVerdict(verdict) }
    case "not a gateway":
      return isSilent(verdict)
        ? { kind: "none", why: "silent", reason: "it does not answer in time" }
        : { kind: "proxy", what: verdict.what }
    default:
      return { kind: "gateway", verdict, scopes }
  }
}
