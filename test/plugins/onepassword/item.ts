import type { Properties } from "../../../provider/wire.ts"
import type { Client, Field, Item } from "./client.ts"
import { bare, inputNames, plan, sealed, withoutUndefined } from "./plan.ts"

/** [tf] onepassword_item_resource.go, Create. */
export async function create(client: Client, inputs: Properties): Promise<Properties> {
  const planned = plan(inputs)
  const made = await client.create(toItem(planned)).catch((error) => {
    throw new Error(`1Password Item create error: Error creating 1Password item, got error ${error.message}`)
  })
  return toState(made, planned)
}

/** [tf] Read: an item that is not there any more is an error, as is a server that is not there. */
export async function read(client: Client, id: string, known: Properties): Promise<Properties> {
  const [, vault = "", , item = ""] = id.split("/")
  const found = await client.item(item, vault).catch((error) => {
    throw new Error(
      `1Password Item read error: Could not get item '${item}' from vault '${vault}', got error: ${error.message}`,
    )
  })
  return toState(found, known)
}

/** [tf] Update: the whole item is written, and logged at level INFO with its password. */
export async function update(
  client: Client,
  state: Properties,
  inputs: Properties,
  log: (line: string) => Promise<void>,
): Promise<Properties> {
  const planned = plan(inputs, state)
  const item = toItem(planned)
  await log(`provider: update op payload: ${JSON.stringify(item)}`)
  const written = await client.update(item).catch((error) => {
    throw new Error(
      `1Password Item update error: Could not update item '${item.id}' from vault '${item.vault.id}', got error: ${error.message}`,
    )
  })
  return toState(written, planned)
}

/** [tf] Delete. */
export async function remove(client: Client, state: Properties): Promise<void> {
  const item = toItem(state)
  await client.delete(item).catch((error) => {
    throw new Error(
      `1Password Item delete error: Could not delete item '${item.id}' from vault '${item.vault.id}', got error: ${error.message}`,
    )
  })
}

/** [bridge] provider_read.go: a refresh updates the inputs that there are; an import makes them of all that is declared. */
export function inputsOf(state: Properties, before: Properties, isRefresh: boolean): Properties {
  const names = isRefresh ? Object.keys(before) : inputNames
  return withoutUndefined(Object.fromEntries(names.map((name) => [name, state[name]])))
}

/** [tf] dataToItem. */
function toItem({ uuid, vault, title, url, tags, category, username, password, noteValue, ...more }: Properties): Item {
  const text = (value: unknown) => (typeof bare(value) === "string" ? String(bare(value)) : "")
  const kept = text(password)
  const purposes: { readonly [category: string]: readonly Field[] } = {
    login: [{ id: "username", label: "username", purpose: "USERNAME", type: "STRING", value: text(username) }],
    password: [],
  }
  const own = purposes[String(category)]
  if (!own) throw new Error(`the stand-in for onepassword does not know the category ${category}: add it`)
  const recipe = recipeOf(more.passwordRecipe)
  const concealed = { id: "password", label: "password", purpose: "PASSWORD", type: "CONCEALED" }
  return {
    id: text(uuid),
    vault: { id: text(vault) },
    title: text(title),
    category: String(category).toUpperCase(),
    urls: [{ primary: true, href: text(url) }],
    ...(tags === undefined ? {} : { tags: tags as readonly string[] }),
    fields: [
      ...own,
      { ...concealed, value: kept, generate: kept === "", ...(recipe ? { recipe } : {}) },
      { id: "notesPlain", label: "notesPlain", purpose: "NOTES", type: "STRING", value: text(noteValue) },
    ],
  }
}

function recipeOf(recipe: unknown): Field["recipe"] | undefined {
  if (typeof recipe !== "object" || recipe === null) return undefined
  const { length, ...sets } = recipe as { length: number; [set: string]: unknown }
  const characterSets = ["letters", "digits", "symbols"].filter((name) => sets[name]).map((name) => name.toUpperCase())
  return { length, characterSets }
}

/** [tf] itemToData: what the item has, over what was known. Sections that nothing declares are in the state, too. */
function toState(item: Item, known: Properties): Properties {
  const { id = "", vault, title, tags = [], category = "", sections = [] } = item
  const declared = (known.tags ?? []) as readonly string[]
  const sameTags = JSON.stringify([...declared].sort()) === JSON.stringify(tags)
  return withoutUndefined({
    ...known,
    ...purposes(item),
    id: `vaults/${vault.id}/items/${id}`,
    uuid: id,
    vault: vault.id,
    title,
    url: item.urls?.find(({ primary }) => primary)?.href ?? known.url,
    tags: sameTags || tags.length === 0 ? known.tags : tags,
    category: category.toLowerCase(),
    sections: sections.length === 0 ? known.sections : sections.map((section) => sectionOf(item, section)),
  })
}

/** Returns the values that have a purpose, or, outside of sections, such a label. */
export function purposes({ fields = [] }: Item): Properties {
  const find = (purpose: string, label?: string) =>
    fields.find((field) => field.purpose === purpose || (!field.purpose && !field.section && field.label === label))
  const values = {
    username: find("USERNAME", "username")?.value,
    password: sealed(find("PASSWORD", "password")?.value),
    noteValue: sealed(find("NOTES")?.value),
  }
  const found = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found.map(([name, value]) => [name, bare(value) === "" ? "" : value]))
}

export function sectionOf({ fields = [] }: Item, { id, label }: { id?: string; label?: string }): Properties {
  const own = fields.filter(({ section }) => section?.id === id)
  return withoutUndefined({
    id,
    label,
    fields: own.map((field) => withoutUndefined({ ...field, section: undefined, value: sealed(field.value) })),
  })
}
