import { commonName } from "../certificates/identity.ts"

/** By what a client is let in: its certificate, a bearer that its key has signed, or both of one name. */
export const auths = ["mtls", "jwt", "both"] as const

/** A client that a guard lets in, by the credentials of that name and generation. */
export interface ProxyClient {
  readonly name: string
  readonly generation: number
  readonly role: "node" | "client"
  /** Default: `mtls`. */
  readonly auth?: (typeof auths)[number]
  /** Of `jwt` and `both`: the public key by which its bearers are verified, as PEM. */
  readonly key?: string
  /** Of a `client`: what it may do at the gateway, such as `operator.read`. Default: nothing. */
  readonly scopes?: readonly string[]
}

/** What the gateway is told of who it is: `node:tw`, `client:laptop`. */
function identityOf({ name, role }: Pick<ProxyClient, "name" | "role">): string {
  return `${role}:${name}`
}

/**
 * Returns the lines by which a gateway knows what each client may do by HTTP. Without them each may do everything there: a
 * gateway's scopes of an identity are for its WebSockets.
 */
export function scopeLines(clients: readonly ProxyClient[]): string {
  const scoped = clients.flatMap((client) => {
    const { role, scopes = [] } = client
    if (role === "node" || scopes.length === 0) return []
    return [
      `    http-request set-header X-OpenClaw-Scopes ${scopes.join(",")} if { var(txn.name) -m str ${commonName(client)} }`,
    ]
  })
  return [`    http-request set-header X-OpenClaw-Scopes ","`, ...scoped].join("\n")
}

/** The file by which HAProxy knows its clients: a line for each, `tw.g1 node:tw`. */
export function clientsMap(clients: readonly ProxyClient[]): string {
  return clients.map((client) => `${commonName(client)} ${identityOf(client)}\n`).join("")
}

/** Returns the name of a client's server line, which its sessions have in HAProxy's lists. */
export function serverName(client: Pick<ProxyClient, "name" | "generation" | "role">): string {
  return `${client.role}-${commonName(client)}`
}

/** Returns a server line for each client, so that the sessions of one can be found and ended. */
export function serverLines(clients: readonly ProxyClient[], gateway: number): string {
  const uses = clients.map(
    (each) => `    use-server ${serverName(each)} if { var(txn.name) -m str ${commonName(each)} }`,
  )
  return [...uses, ...clients.map((each) => `    server ${serverName(each)} 127.0.0.1:${gateway}`)].join("\n")
}
