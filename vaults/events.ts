import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { answer, parsed, type Server, serverUrl } from "./http.ts"
import { entriesOf, part, text, whole } from "./shape.ts"
import { type Read, VaultUnreachable } from "./vault.ts"

/** Of https://developer.1password.com/docs/events-api/reference: the fields that we read. */
const usage = v.object({
  ...{ timestamp: text, used_version: whole, item_uuid: text, action: text },
  user: part({ uuid: text, name: text, email: text }),
  client: part({ app_name: text, app_version: text, ip_address: text }),
})
type Usage = v.InferOutput<typeof usage>

interface Page {
  readonly cursor?: unknown
  readonly has_more?: unknown
  readonly items?: readonly unknown[]
}

/** The most that it gives at once; and of how many we read no further. */
const limit = 1000
const most = 100
const patience = 30_000

/**
 * Who read an item, as 1Password's Events API tells it of all items of shared vaults, from that time on. It needs an
 * account that has it (Business), and a bearer token with the feature `itemusages`.
 * @throws VaultUnreachable, UserError
 */
export async function readsOf(
  item: string,
  since: Date,
  { EVENTS_API_TOKEN: token = "", EVENTS_API_URL: host = "https://events.1password.com" }: NodeJS.ProcessEnv,
): Promise<Read[]> {
  const url = new URL("api/v2/itemusages", serverUrl(host, "EVENTS_API_URL", "https://events.1password.eu"))
  const server = {
    name: `1Password's Events API at ${shown(url.origin)}`,
    place: "EVENTS_API_URL",
    credential: "EVENTS_API_TOKEN",
  }
  const found: Read[] = []
  let from: object = { limit, start_time: since.toISOString() }
  for (let page = 0; page < most; page++) {
    const { cursor, has_more, items = [] } = await pageOf(server, url, token, from)
    found.push(...entriesOf(usage, items).flatMap((each) => (each.item_uuid === item ? readOf(each) : [])))
    if (has_more !== true || typeof cursor !== "string" || cursor === "") return found
    from = { cursor }
  }
  throw new UserError(
    `${server.name} tells of more than ${limit * most} uses since ${since.toISOString()}; leave EVENTS_API_TOKEN out`,
  )
}

/** What wrote it is one of its versions. */
function readOf({ timestamp, used_version: version, action = "", user = {}, client = {} }: Usage): Read[] {
  const time = new Date(timestamp ?? Number.NaN)
  if (/^server-(?:create|update)$/.test(action) || Number.isNaN(time.getTime())) return []
  const by = [[client.app_name, client.app_version].filter(Boolean).join(" "), client.ip_address].filter(Boolean)
  return [
    {
      ...{ at: time.toISOString(), who: user.email || user.name || user.uuid || "", how: action },
      ...(by.length > 0 && { by: by.join(", ") }),
      ...(version !== undefined && { version }),
    },
  ]
}

async function pageOf(server: Server, url: URL, token: string, from: object): Promise<Page> {
  const { status, text } = await answer(server, url.href, patience, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(from),
  })
  if (status === 401 || status === 403) {
    throw new VaultUnreachable(
      `${server.name} does not accept EVENTS_API_TOKEN: issue one with the feature itemusages where this account is (Integrations, Events Reporting), and name its server in EVENTS_API_URL`,
    )
  }
  const page = parsed(text)
  const isPage = typeof page === "object" && page !== null && Array.isArray((page as Page).items ?? [])
  if (status !== 200 || !isPage) {
    throw new VaultUnreachable(`${server.name} answers something else (${status}); correct EVENTS_API_URL`)
  }
  return page
}
