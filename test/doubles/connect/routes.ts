import type { Item, Items, Sent } from "./items.ts"
import { type Operation, patched } from "./patch.ts"

/** Who asks: a Connect token, or a service account. */
export interface Access {
  readonly token: string
  /** Ids, or names, of the vaults in its scope. */
  readonly vaults: readonly string[]
  readonly mayWrite: boolean
  /** Its id, as activity tells it. */
  readonly who: string
}

export interface Asked {
  readonly method: string
  readonly url: URL
  readonly body: unknown
  readonly access: Access
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const id = "[\\da-z]{26}"
const item = /^\/v1\/vaults\/([^/]+)\/items\/([^/]+)\/?$/
const items = /^\/v1\/vaults\/([^/]+)\/items\/?$/
const vault = /^\/v1\/vaults\/([^/]+)\/?$/

export function answerTo(all: Items, asked: Asked): Answer {
  const { method, url, access } = asked
  if (method === "GET" && /^\/v1\/activity\/?$/.test(url.pathname)) return activity(all, url)
  if (method === "GET" && /^\/v1\/vaults\/?$/.test(url.pathname)) {
    return {
      status: 200,
      body: filtered(
        all.vaults.filter((each) => inScope(each, access)),
        url,
        ["name", "title"],
      ),
    }
  }
  const [, vaultId = "", itemId] = item.exec(url.pathname) ?? items.exec(url.pathname) ?? vault.exec(url.pathname) ?? []
  if (!vaultId) return refusal(404, "Not found")
  if (!new RegExp(`^${id}$`).test(vaultId)) return refusal(400, "Invalid Vault UUID")
  const known = all.vaults.find((each) => each.id === vaultId)
  if (!known) return refusal(404, `vault ${vaultId} not found`)
  if (!inScope(known, access)) return refusal(403, `vault ${vaultId} is not in scope`)
  if (itemId !== undefined) return ofItem(all, asked, vaultId, itemId)
  return items.test(url.pathname) ? ofItems(all, asked, vaultId) : { status: 200, body: known }
}

function ofItems(all: Items, { method, url, body, access }: Asked, vaultId: string): Answer {
  if (method === "GET") {
    const listed = all.in(vaultId).map(({ fields: _, sections: __, ...overview }) => overview)
    return { status: 200, body: filtered(listed, url, ["title", "tag"]) }
  }
  if (method !== "POST") return refusal(405, "Method not allowed")
  if (!access.mayWrite) return denied(all, access, vaultId, "CREATE")
  const sent = body as Sent
  if (!sent?.vault?.id) return refusal(400, "Vault ID is required")
  if (!sent.category) return refusal(400, "Invalid item category")
  const made = all.create(vaultId, sent, access.who)
  all.note("CREATE", "SUCCESS", access.who, resource(made))
  return { status: 200, body: made }
}

function ofItem(all: Items, { method, body, access }: Asked, vaultId: string, itemId: string): Answer {
  if (!new RegExp(`^${id}$`).test(itemId)) return refusal(400, "Invalid Item UUID")
  const found = all.get(itemId)
  if (!found || found.vault.id !== vaultId) return refusal(404, `item ${itemId} not found`)
  if (method === "GET") {
    all.note("READ", "SUCCESS", access.who, resource(found))
    return { status: 200, body: found }
  }
  const action = method === "DELETE" ? "DELETE" : "UPDATE"
  if (!access.mayWrite) return denied(all, access, vaultId, action)
  if (method === "DELETE") {
    all.delete(itemId)
    all.note(action, "SUCCESS", access.who, resource(found))
    return { status: 204 }
  }
  if (method !== "PUT" && method !== "PATCH") return refusal(405, "Method not allowed")
  const sent = method === "PUT" ? (body as Sent) : patched(found, body as readonly Operation[])
  // The description has no word for it; 1Password's own clients retry on it.
  if (sent.version !== undefined && sent.version !== found.version) return refusal(409, "Internal server conflict")
  if (method === "PUT" && !sent.vault?.id) return refusal(400, "Vault ID is required")
  const written = all.replace(found, sent, access.who)
  all.note(action, "SUCCESS", access.who, resource(written))
  return { status: 200, body: written }
}

function activity(all: Items, url: URL): Answer {
  const limit = Number(url.searchParams.get("limit") ?? 50)
  const offset = Number(url.searchParams.get("offset") ?? 0)
  const body = all.activity.slice(offset, offset + limit)
  return {
    status: 200,
    body,
    headers: { "content-range": `${offset + 1}-${offset + body.length}/${all.activity.length}` },
  }
}

/** SCIM's `eq`, of these attributes. */
function filtered<T>(all: readonly T[], url: URL, names: readonly string[]): readonly T[] {
  const filter = url.searchParams.get("filter")
  if (filter === null) return all
  const [, name = "", wanted] = /^(\w+) eq "(.*)"$/.exec(filter) ?? []
  if (!names.includes(name)) return []
  return all.filter((each) => {
    const { title, name: label, tags } = each as { title?: string; name?: string; tags?: string[] }
    return name === "tag" ? tags?.includes(wanted ?? "") : (title ?? label) === wanted
  })
}

function inScope({ id, name }: { id: string; name: string }, { vaults }: Access): boolean {
  return vaults.includes(id) || vaults.includes(name)
}

function denied(all: Items, access: Access, vaultId: string, action: "CREATE" | "UPDATE" | "DELETE"): Answer {
  all.note(action, "DENY", access.who, { type: "ITEM", vault: { id: vaultId } })
  return refusal(403, `token does not have permission to perform ${action.toLowerCase()} on vault ${vaultId}`)
}

function resource({ id, vault, version }: Item) {
  return { type: "ITEM" as const, vault: { id: vault.id }, item: { id }, itemVersion: version }
}

export function refusal(status: number, message: string): Answer {
  return { status, body: { status, message } }
}
