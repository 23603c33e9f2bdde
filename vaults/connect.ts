import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { type ConnectItem, createConnectClient } from "./connect-client.ts"
import { ConnectRefusal, createConnectHttp, notConnectError } from "./connect-http.ts"
import { readConnectHistory } from "./connect-past.ts"
import { parseServerUrl } from "./http.ts"
import { createContentItem, hasContent, parseContent, withContent } from "./item.ts"
import { describeItem, findId, type OnePasswordSpec, tokenLabel } from "./onepassword-item.ts"
import { filterEntries, isItem, optionalString } from "./shape.ts"
import { type Vault, type VaultContent, VaultUnreachable } from "./vault.ts"

const listed = v.object({ id: optionalString, name: optionalString, title: optionalString })

/**
 * Opens an item on a Connect server by the vendor's own client.
 * @param host its URL
 * @param token access token of the caller
 * @param timeout milliseconds
 */
export function openConnectVault(spec: OnePasswordSpec, host: string, token: string, timeout = 15_000): Vault {
  const name = describeItem(spec)
  const label = tokenLabel(spec)
  const url = parseServerUrl(host, "OP_CONNECT_HOST", "https://connect.example:8443")
  const server = `1Password Connect at ${shown(url.origin)}`
  const httpClient = createConnectHttp(server, timeout)
  const ask = createConnectClient(url, token, httpClient, server)

  async function vaultId(): Promise<string> {
    const vaults = await ask((client) => client.listVaults())
    const found = findId(name, "vault", spec.vault, filterEntries(listed, vaults), ({ name }) => name)
    if (found) return found
    throw new UserError(
      `${name}: OP_CONNECT_TOKEN cannot read a vault of that name; correct the vault, or run: op connect vault grant --server NAME --vault ${shellWord(spec.vault)}`,
    )
  }

  async function findItem(vault: string): Promise<ConnectItem | undefined> {
    // Lists all items, as a filter cannot contain a title with quotes or `&`.
    const items = await ask((client) => client.listItems(vault))
    const id = findId(name, "item", spec.item, filterEntries(listed, items), ({ title }) => title)
    if (!id) return undefined
    const item = await ask((client) => client.getItemById(vault, id)).catch((error) => {
      // Deleted after the list was read.
      if (error instanceof ConnectRefusal && error.status === 404) return undefined
      throw error
    })
    if (item && (item.id !== id || !isItem(item))) throw notConnectError(server)
    return item
  }

  async function writeItem(vault: string, content: VaultContent): Promise<ConnectItem> {
    const item = await findItem(vault)
    if (!item) return ask((client) => client.createItem(vault, createContentItem(spec.item, content, label)))
    // Contains the version that was read: the server refuses if there is a newer one.
    return ask((client) => client.updateItem(vault, withContent(item, content, label)))
  }

  return {
    name,

    read: () =>
      explainRefusal(describeReadRefusal, async () => {
        const item = await findItem(await vaultId())
        return item && parseContent(item, label)
      }),

    write: (content) =>
      explainRefusal(describeWriteRefusal, async () => {
        const vault = await vaultId()
        const written = await writeItem(vault, content).catch((error) => {
          // The item was changed meanwhile: reads it again.
          if (error instanceof ConnectRefusal && error.status === 409) return writeItem(vault, content)
          throw error
        })
        if (!hasContent(written, content, label))
          throw new UserError(`${name}: ${server} reports another value than the one written`)
      }),

    readHistory: (since) =>
      explainRefusal(describeReadRefusal, async () => {
        const item = await findItem(await vaultId())
        return item ? readConnectHistory(item, since, httpClient, url, token) : { versions: [], reads: [] }
      }),
  }

  function describeReadRefusal({ status }: ConnectRefusal): UserError {
    if (status !== 403) return new VaultUnreachable(`${name}: ${server} answers ${status}; see its log`)
    return new VaultUnreachable(`${name}: OP_CONNECT_TOKEN cannot read it; create one that can: ${describeRemedy("r")}`)
  }

  function describeWriteRefusal({ status }: ConnectRefusal): UserError {
    if (status === 403) {
      return new UserError(`${name}: OP_CONNECT_TOKEN cannot write it; create one that can: ${describeRemedy("rw")}`)
    }
    if (status === 409)
      return new UserError(`${name}: it was changed at the same time by another client, twice; run this again`)
    return new UserError(`${name}: ${server} refuses to write it (${status}); see its log`)
  }

  function describeRemedy(permission: "r" | "rw"): string {
    return `op connect token create gatekey --server NAME --vault ${shellWord(`${spec.vault},${permission}`)}`
  }
}

async function explainRefusal<T>(
  describe: (refused: ConnectRefusal) => UserError,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw error instanceof ConnectRefusal ? describe(error) : error
  }
}
