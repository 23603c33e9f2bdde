import { commonName } from "../certificates/identity.ts"

/** Who a guard lets in: by a certificate of that name and generation. */
export interface ProxyClient {
  readonly name: string
  readonly generation: number
  readonly role: "node" | "client"
}

/** What the gateway is told of who it is: `node:tw`, `client:laptop`. */
export function identityOf({ name, role }: Pick<ProxyClient, "name" | "role">): string {
  return `${role}:${name}`
}

/** The file by which HAProxy knows its clients: a line for each, `tw.g1 node:tw`. */
export function clientsMap(clients: readonly ProxyClient[]): string {
  return clients.map((client) => `${commonName(client)} ${identityOf(client)}\n`).join("")
}
