import { request } from "node:http"

/** A field of an item, as [sdk] onepassword/items.go has it. */
export interface Field {
  readonly id?: string
  readonly label?: string
  readonly type?: string
  readonly purpose?: string
  readonly value?: string
  readonly generate?: boolean
  readonly recipe?: { readonly length: number; readonly characterSets: readonly string[] }
  readonly section?: { readonly id?: string }
}

export interface Item {
  readonly id?: string
  readonly vault: { readonly id: string }
  readonly title?: string
  readonly category?: string
  readonly urls?: readonly { readonly primary?: boolean; readonly href: string }[]
  readonly tags?: readonly string[]
  readonly sections?: readonly { readonly id?: string; readonly label?: string }[]
  readonly fields?: readonly Field[]
}

export interface Vault {
  readonly id: string
  readonly name: string
  readonly description?: string
}

/** The Connect server that the provider was configured for. */
export interface Client {
  vault(id: string): Promise<Vault>
  vaultsNamed(name: string): Promise<readonly Vault[]>
  item(query: string, vault: string): Promise<Item>
  itemTitled(title: string, vault: string): Promise<Item>
  create(item: Item): Promise<Item>
  update(item: Item): Promise<Item>
  delete(item: Item): Promise<void>
}

const isId = (text: string) => /^[a-z0-9]{26}$/.test(text)

/** [sdk] connect/client.go: what is not an id is a title, and a vault or an item that an id does not find is one as well. */
export function connect(url: string, token: string): Client {
  const ask = <T>(method: string, path: string, expected = 200, body?: unknown) =>
    exchange(url, token, method, path, expected, body) as Promise<T>
  const filtered = (filter: string) => `?filter=${encodeURIComponent(`title eq "${filter}"`).replaceAll("%20", "+")}`
  const at = (vault: string, item = "") => `/v1/vaults/${vault}/items${item && `/${item}`}`
  const vaultsNamed = (name: string) => ask<readonly Vault[]>("GET", `/v1/vaults${filtered(name)}`)
  const vaultId = async (query: string) => {
    if (isId(query)) return query
    const found = await vaultsNamed(query)
    if (found.length !== 1) throw new Error(`Found ${found.length} vaults with title "${query}"`)
    return found[0]?.id ?? ""
  }
  const itemTitled: Client["itemTitled"] = async (title, vault) => {
    const id = await vaultId(vault)
    const found = await ask<readonly Item[]>("GET", `${at(id)}${filtered(title)}`)
    if (found.length !== 1) throw new Error(`Found ${found.length} item(s) in vault "${id}" with title "${title}"`)
    return ask<Item>("GET", at(id, found[0]?.id))
  }
  return {
    vault: (id) => ask("GET", `/v1/vaults/${id}`),
    vaultsNamed,
    itemTitled,
    // An error of the first request is dropped: what the user reads is the second one's.
    async item(query, vault) {
      const byId = async () => ask<Item>("GET", at(await vaultId(vault), query))
      const found = isId(query) ? await byId().catch(() => undefined) : undefined
      return found ?? itemTitled(query, vault)
    },
    create: async (item) => ask("POST", at(await vaultId(item.vault.id)), 200, item),
    update: (item) => ask("PUT", at(item.vault.id, item.id), 200, item),
    delete: (item) => ask("DELETE", at(item.vault.id, item.id), 204),
  }
}

/** Asks once. The errors are in the words of Go's net/http, and of [sdk] onepassword/errors.go. */
function exchange(base: string, token: string, method: string, path: string, expected: number, body?: unknown) {
  const url = `${base}${path}`
  return new Promise<unknown>((done, failed) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` }
    const sent = request(url, { method, headers, agent: false }, async (response) => {
      let text = ""
      for await (const chunk of response) text += chunk
      if (response.statusCode === expected) return done(text === "" ? undefined : JSON.parse(text))
      const { status, message } = JSON.parse(text) as { status: number; message: string }
      failed(new Error(`status ${status}: ${message}`))
    })
    sent.on("error", ({ code, ...error }: NodeJS.ErrnoException & { address?: string; port?: number }) => {
      const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()}`
      const reason =
        code === "ECONNREFUSED" ? `dial tcp ${error.address}:${error.port}: connect: connection refused` : code
      failed(new Error(`${verb} "${url}": ${reason}`))
    })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
