/**
 * What a guard and a sidecar answer in place of the gateway, by codes. The bodies are in the configurations of proxies that
 * run: they stay as they are.
 */
export const proxyAnswers = {
  "no-guard": "sidecar: no guard",
  "no-gateway": "guard: no gateway",
  "unknown-client": "guard: unknown client",
  "node-http": "guard: a node may open a WebSocket only",
} as const

/** `rule`: the name of the rule about bearers that a client breaks. */
type ProxyAnswerCode = keyof typeof proxyAnswers | "rule"

export interface ProxyAnswer {
  readonly by: "sidecar" | "guard"
  readonly code: ProxyAnswerCode
  /** What it says, for messages. */
  readonly reason: string
}

const codes = new Map(Object.entries(proxyAnswers).map(([code, body]) => [body as string, code as ProxyAnswerCode]))

/** Parses the body of a refusal of a guard or a sidecar; undefined if it is another's. */
export function parseProxyAnswer(body: string): ProxyAnswer | undefined {
  const [, by, reason] = /^(sidecar|guard): ([a-zA-Z][\w -]{0,60})$/.exec(body) ?? []
  if ((by !== "sidecar" && by !== "guard") || reason === undefined) return undefined
  return { by, code: codes.get(body) ?? "rule", reason }
}
