import { containsSecret } from "./kind.ts"

/** The target of a client's URL. */
export interface Route {
  readonly address: string
  readonly port: number
  readonly tls: boolean
}

export const routeRule =
  "ws:// or wss://, a name and a port, such as ws://studio.local:18789, without a user, a query, a fragment or a secret"

/** Checks a declared URL, which is shown: a query, a fragment or parameters of its path may contain a token. */
export function isPlainRoute(url: string): boolean {
  return parseRoute(url) !== undefined && !/[?#;=]/.test(url) && !containsSecret(url)
}

/** Parses a node's `gateway.remote.url`. @returns undefined if it is not valid, or contains a user's name or a secret */
export function parseRoute(url: string): Route | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, username, password } = new URL(url)
  if (!["ws:", "wss:"].includes(protocol) || hostname === "" || username !== "" || password !== "") return undefined
  const tls = protocol === "wss:"
  return { address: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? (tls ? 443 : 80) : Number(port), tls }
}
