import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { type ConnectItem, connectClient } from "./connect-client.ts"
import { connectHttp, notConnect, Refused } from "./connect-http.ts"
import { pastOf } from "./connect-past.ts"
import { serverUrl } from "./http.ts"
import { keeps, keptIn, newItem, withKept } from "./item.ts"
import { nameOf, type OnePasswordSpec, only, tokenLabel } from "./onepassword-item.ts"
import { entriesOf, isItem, text } from "./shape.ts"
import { type Kept, type Vault, VaultUnreachable } from "./vault.ts"

const listed = v.object({ id: text, name: text, title: text })

/**
 * An item by way of a Connect server and the vendor's own client of it.
 * @param host its URL
 * @param token of whom asks
 * @param patience milliseconds
 */
export function connectVault(spec: OnePasswordSpec, host: string, token: string, patience = 15_000): Vault {
  const name = nameOf(spec)
  const label = tokenLabel(spec)
  const url = serverUrl(host, "OP_CONNECT_HOST", "https://connect.example:8443")
  const server = `1Password Connect at ${shown(url.origin)}`
  const httpClient = connectHttp(server, patience)
  const ask = connectClient(url, token, httpClient, server)

  async function vaultId(): Promise<string> {
    const vaults = await ask((client) => client.listVaults())
    const found = only(name, "vault", spec.vault, entriesOf(listed, vaults), ({ name }) => name)
    if (found) return found
    throw new UserError(
      `${name}: OP_CONNECT_TOKEN reads no vault of that name; correct it, or: op connect vault grant --server NAME --vault ${shellWord(spec.vault)}`,
    )
  }

  async function find(vault: string): Promise<ConnectItem | undefined> {
    // Listed, as a title in a filter would have to be free of quotes and of `&`.
    const items = await ask((client) => client.listItems(vault))
    const id = only(name, "item", spec.item, entriesOf(listed, items), ({ title }) => title)
    if (!id) return undefined
    const item = await ask((client) => client.getItemById(vault, id)).catch((error) => {
      // Deleted since it was listed.
      if (error instanceof Refused && error.status === 404) return undefined
      throw error
    })
    if (item && (item.id !== id || !isItem(item))) throw notConnect(server)
    return item
  }

  async function put(vault: string, kept: Kept): Promise<ConnectItem> {
    const item = await find(vault)
    if (!item) return ask((client) => client.createItem(vault, newItem(spec.item, kept, label)))
    // With the version that was read: where it is no longer that one, the server refuses.
    return ask((client) => client.updateItem(vault, withKept(item, kept, label)))
  }

  return {
    name,

    read: () =>
      explained(notRead, async () => {
        const item = await find(await vaultId())
        return item && keptIn(item, label)
      }),

    write: (kept) =>
      explained(notWritten, async () => {
        const vault = await vaultId()
        const written = await put(vault, kept).catch((error) => {
          // Somebody else changed the item in between.
          if (error instanceof Refused && error.status === 409) return put(vault, kept)
          throw error
        })
        if (!keeps(written, kept, label)) throw new UserError(`${name}: ${server} answers that it keeps another value`)
      }),

    past: (since) =>
      explained(notRead, async () => {
        const item = await find(await vaultId())
        return item ? pastOf(item, since, httpClient, url, token) : { versions: [], reads: [] }
      }),
  }

  function notRead({ status }: Refused): UserError {
    if (status !== 403) return new VaultUnreachable(`${name}: ${server} answers ${status}; see its log`)
    return new VaultUnreachable(`${name}: OP_CONNECT_TOKEN may not read it; make one that may: ${remedy("r")}`)
  }

  function notWritten({ status }: Refused): UserError {
    if (status === 403) {
      return new UserError(`${name}: OP_CONNECT_TOKEN may not write it; make one that may: ${remedy("rw")}`)
    }
    if (status === 409)
      return new UserError(`${name}: it was changed by another at the same time, twice; run this again`)
    return new UserError(`${name}: ${server} refuses to keep it (${status}); see its log`)
  }

  function remedy(permission: "r" | "rw"): string {
    return `op connect token create gatekey --server NAME --vault ${shellWord(`${spec.vault},${permission}`)}`
  }
}

async function explained<T>(words: (refused: Refused) => UserError, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Refused ? words(error) : error
  }
}
