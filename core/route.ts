import { holdsSecret } from "./kind.ts"

/** Where a client's URL leads. */
export interface Route {
  readonly address: string
  readonly port: number
  readonly tls: boolean
}

export const routeRule =
  "ws:// or wss://, a name and a port, such as ws://studio.local:18789, without a user, a query, a fragment or a secret"

/** The same for what is declared, and so shown: a query, a fragment or a path's own parameters are where a token is pasted. */
export function isPlainRoute(url: string): boolean {
  return routeOf(url) !== undefined && !/[?#;=]/.test(url) && !holdsSecret(url)
}

/** The route of a node's `gateway.remote.url`; nothing for what is none, or holds a user's name or a secret. */
export function routeOf(url: string): Route | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, username, password } = new URL(url)
  if (!["ws:", "wss:"].includes(protocol) || hostname === "" || username !== "" || password !== "") return undefined
  const tls = protocol === "wss:"
  return { address: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? (tls ? 443 : 80) : Number(port), tls }
}
