import { commonName } from "../certificates/identity.ts"
import type { ProxyClient } from "./client.ts"

/** A client whose bearers are verified. */
export type BearerClient = ProxyClient & { readonly auth: "jwt" | "both"; readonly key: string }

/** The folder of the public keys, in the folder of a guard. */
export const keyFolder = "keys"

/** Returns the clients of auth jwt and both. One without a key has an empty one, which HAProxy refuses to load. */
export function bearerClients(clients: readonly ProxyClient[]): BearerClient[] {
  return clients.flatMap(({ auth = "mtls", key = "", ...rest }) => (auth === "mtls" ? [] : [{ ...rest, auth, key }]))
}

/** Returns the name of the file of a client's public key, in the folder of a guard. */
export function keyFile(client: Pick<ProxyClient, "name" | "generation">): string {
  return `${keyFolder}/${commonName(client)}.pem`
}

/** Returns the files of the public keys, by their names. */
export function keyFiles(clients: readonly ProxyClient[]): ReadonlyMap<string, string> {
  return new Map(bearerClients(clients).map((client) => [keyFile(client), client.key]))
}
