import type { Properties } from "../../../provider/wire.ts"
import type { Client, Item, Vault } from "./client.ts"
import { purposes, sectionOf } from "./item.ts"
import { bare } from "./plan.ts"

const onlyOne = "Invalid Attribute Combination: 2 attributes specified when one (and only one) of"

/**
 * [tf] onepassword_vault_data_source.go, onepassword_item_data_source.go. [bridge] provider_invoke.go: nothing in an answer
 * is marked as a secret.
 */
export async function invoke(client: Client, token: string, args: Properties): Promise<Properties> {
  if (token === "onepassword:index/getVault:getVault") return describeVault(await vaultOf(client, args))
  if (token !== "onepassword:index/getItem:getItem")
    throw new Error(`the stand-in for onepassword has no function ${token}: add it, or set E2E_PLUGINS=real`)
  const { title, uuid, vault } = args
  if (title && uuid) throw new Error(`${onlyOne} [title,uuid] is required`)
  const found = title ? client.itemTitled(String(title), String(vault)) : client.item(String(uuid ?? ""), String(vault))
  return describeItem(
    await found.catch((error) => {
      throw new Error(`Client Error: Unable to read item, got error: ${error.message}`)
    }),
  )
}

async function vaultOf(client: Client, { name, uuid }: Properties): Promise<Vault> {
  if (name && uuid) throw new Error(`${onlyOne} [name,uuid] is required`)
  try {
    if (uuid) return await client.vault(String(uuid))
    const [found, ...others] = await client.vaultsNamed(String(name))
    if (found && others.length === 0) return await client.vault(found.id)
    if (found) throw new Error(`Multiple vaults found with name '"${name}"'`)
  } catch (error) {
    throw new Error(`Client Error: Unable to read vault, got error: ${error instanceof Error ? error.message : error}`)
  }
  throw new Error(`Client Error: No vault found with name '"${name}"'`)
}

function describeVault({ id, name, description = "" }: Vault): Properties {
  return { id: `vaults/${id}`, uuid: id, name, description }
}

function describeItem(item: Item): Properties {
  const { id, vault, title, category = "", tags = [], sections = [] } = item
  const found = {
    ...purposes(item),
    id: `vaults/${vault.id}/items/${id}`,
    uuid: id,
    vault: vault.id,
    title,
    category: category.toLowerCase(),
    tags,
    url: item.urls?.find(({ primary }) => primary)?.href,
    sections: sections.map((section) => sectionOf(item, section)),
  }
  return plain(found) as Properties
}

function plain(value: unknown): unknown {
  const held = bare(value)
  if (Array.isArray(held)) return held.map(plain)
  if (typeof held !== "object" || held === null) return held
  return Object.fromEntries(Object.entries(held).map(([key, each]) => [key, plain(each)]))
}
