import { createRequire } from "node:module"
import type { IRequestClient } from "@1password/connect"
import { ConnectRefusal, notConnectError } from "./connect-http.ts"
import type { Item } from "./item.ts"
import { VaultUnreachable } from "./vault.ts"

const peer = { name: "@1password/connect", version: "1.4.2" } as const

export interface ConnectItem extends Item {
  readonly version?: number
  readonly updatedAt?: Date
  /** A user id of 1Password. */
  readonly lastEditedBy?: string
}

/** The calls of the vendor's client that are used here; the vendor's own item type has enums that only its module can name. */
export interface ConnectClient {
  listVaults(): Promise<readonly { readonly id?: string; readonly name?: string }[]>
  listItems(vault: string): Promise<readonly { readonly id?: string; readonly title?: string }[]>
  getItemById(vault: string, item: string): Promise<ConnectItem>
  createItem(vault: string, item: Item): Promise<ConnectItem>
  updateItem(vault: string, item: Item): Promise<ConnectItem>
}

/**
 * Loads the vendor's client.
 * @param server its description, for messages
 * @returns a function that calls the server
 * @throws VaultUnreachable if the package is not installed
 */
export function createConnectClient(url: URL, token: string, httpClient: IRequestClient, server: string) {
  const client = load().OnePasswordConnect({ serverURL: url.href, token, httpClient }) as unknown as ConnectClient

  /** @throws VaultUnreachable, Refused */
  return async function ask<T>(call: (client: ConnectClient) => Promise<T>): Promise<T> {
    try {
      return await call(client)
    } catch (error) {
      if (error instanceof VaultUnreachable || error instanceof ConnectRefusal) throw error
      // The client's own errors are about its models, and may quote its input.
      throw notConnectError(server)
    }
  }
}

function load(): typeof import("@1password/connect") {
  try {
    return createRequire(import.meta.url)(peer.name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error
    throw new VaultUnreachable(
      `1Password Connect needs ${peer.name}, which is not installed: npm install ${peer.name}@${peer.version}`,
    )
  }
}
