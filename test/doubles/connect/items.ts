import { randomBytes, randomInt, randomUUID } from "node:crypto"

export interface Field {
  id?: string
  label?: string
  type?: string
  value?: string
  /** Asks for a value where there is none. */
  generate?: boolean
  recipe?: Recipe
  section?: { id?: string }
  [more: string]: unknown
}

/** What a generated value consists of: `LETTERS`, `DIGITS`, `SYMBOLS`. */
interface Recipe {
  length?: number
  characterSets?: string[]
}

export interface Item {
  id: string
  title: string
  vault: { id: string }
  category: string
  version: number
  state?: "ARCHIVED" | "DELETED"
  createdAt: string
  updatedAt: string
  lastEditedBy: string
  tags?: string[]
  sections?: { id: string; label?: string }[]
  fields: Field[]
  [more: string]: unknown
}

/** What a client sends: what the server gives itself is left out, or repeated. */
export type Sent = Partial<Item> & { readonly vault?: { id: string } }

export interface Activity {
  requestId: string
  timestamp: string
  action: "READ" | "CREATE" | "UPDATE" | "DELETE"
  result: "SUCCESS" | "DENY"
  actor: { id: string; account: string; jti: string; userAgent: string; requestIp: string }
  resource: { type: "ITEM" | "VAULT"; vault: { id: string }; item?: { id: string }; itemVersion?: number }
}

/** 26 characters, as all ids of 1Password. */
function newId(): string {
  return [...randomBytes(26)].map((byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("")
}

const characters: Readonly<Record<string, string>> = {
  LETTERS: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
  DIGITS: "0123456789",
  SYMBOLS: "!@.-_*",
}

/** The description's GeneratorRecipe, with its defaults. */
function generated({ length = 32, characterSets = Object.keys(characters) }: Recipe = {}): string {
  const all = characterSets.map((name) => characters[name] ?? "").join("")
  return Array.from({ length }, () => all.charAt(randomInt(all.length))).join("")
}

/** The vaults of one account, with all versions of their items. */
export class Items {
  readonly vaults: { id: string; name: string }[] = []
  /** The newest comes first. */
  readonly activity: Activity[] = []
  readonly #versions = new Map<string, Item[]>()

  addVault(name: string): string {
    const id = newId()
    this.vaults.push({ id, name })
    return id
  }

  in(vault: string): Item[] {
    return [...this.#versions.values()].flatMap((all) => all.at(-1) ?? []).filter((item) => item.vault.id === vault)
  }

  get(id: string): Item | undefined {
    return this.#versions.get(id)?.at(-1)
  }

  versions(id: string): readonly Item[] {
    return this.#versions.get(id) ?? []
  }

  create(vault: string, sent: Sent, who: string): Item {
    const id = newId()
    const now = new Date().toISOString()
    const item = { ...this.#stored(sent), id, vault: { id: vault }, createdAt: now } as Item
    return this.#add({ ...item, version: 1, updatedAt: now, lastEditedBy: who })
  }

  replace(before: Item, sent: Sent, who: string): Item {
    const { id, vault, createdAt, version } = before
    const updatedAt = new Date().toISOString()
    return this.#add({
      ...this.#stored(sent),
      id,
      vault,
      createdAt,
      version: version + 1,
      updatedAt,
      lastEditedBy: who,
    })
  }

  delete(id: string): void {
    this.#versions.delete(id)
  }

  note(action: Activity["action"], result: Activity["result"], who: string, resource: Activity["resource"]): void {
    const actor = { id: who, account: "ACCOUNT", jti: newId(), userAgent: "double", requestIp: "127.0.0.1" }
    const timestamp = new Date().toISOString()
    this.activity.unshift({ requestId: randomUUID(), timestamp, action, result, actor, resource })
  }

  #add(item: Item): Item {
    const all = this.#versions.get(item.id) ?? []
    this.#versions.set(item.id, [...all, structuredClone(item)])
    return item
  }

  #stored(sent: Sent): Item {
    const fields = (sent.fields ?? []).map(({ generate, ...field }) => {
      const made = generate && !field.value ? { value: generated(field.recipe) } : {}
      return { type: "STRING", ...field, ...made, id: field.id || newId() }
    })
    return { ...(structuredClone(sent) as Item), fields }
  }
}
