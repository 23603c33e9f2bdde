import { createRequire } from "node:module"
import type { IRequestClient } from "@1password/connect"
import { notConnect, Refused } from "./connect-http.ts"
import type { Item } from "./item.ts"
import { VaultUnreachable } from "./vault.ts"

const peer = { name: "@1password/connect", version: "1.4.2" } as const

export interface ConnectItem extends Item {
  readonly version?: number
  readonly updatedAt?: Date
  /** An id of 1Password's. */
  readonly lastEditedBy?: string
}

/** What we need of the vendor's client; in its types an item has enums that only its own module can name. */
export interface ConnectClient {
  listVaults(): Promise<readonly { readonly id?: string; readonly name?: string }[]>
  listItems(vault: string): Promise<readonly { readonly id?: string; readonly title?: string }[]>
  getItemById(vault: string, item: string): Promise<ConnectItem>
  createItem(vault: string, item: Item): Promise<ConnectItem>
  updateItem(vault: string, item: Item): Promise<ConnectItem>
}

/**
 * @param server in words, for messages
 * @returns asks; @throws VaultUnreachable where the package is not installed
 */
export function connectClient(url: URL, token: string, httpClient: IRequestClient, server: string) {
  const client = load().OnePasswordConnect({ serverURL: url.href, token, httpClient }) as unknown as ConnectClient

  /** @throws VaultUnreachable, Refused */
  return async function ask<T>(question: (client: ConnectClient) => Promise<T>): Promise<T> {
    try {
      return await question(client)
    } catch (error) {
      if (error instanceof VaultUnreachable || error instanceof Refused) throw error
      // What the client says of its own is about its models, and may repeat what it was given.
      throw notConnect(server)
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
