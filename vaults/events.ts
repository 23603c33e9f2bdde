import * as v from "valibot"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { parseJson, parseServerUrl, sendRequest, type VaultServer } from "./http.ts"
import { filterEntries, optionalInteger, optionalObject, optionalString } from "./shape.ts"
import { type VaultRead, VaultUnreachable } from "./vault.ts"

/** The fields that are used of https://developer.1password.com/docs/events-api/reference. */
const usage = v.object({
  ...{ timestamp: optionalString, used_version: optionalInteger, item_uuid: optionalString, action: optionalString },
  user: optionalObject({ uuid: optionalString, name: optionalString, email: optionalString }),
  client: optionalObject({ app_name: optionalString, app_version: optionalString, ip_address: optionalString }),
})
type Usage = v.InferOutput<typeof usage>

interface Page {
  readonly cursor?: unknown
  readonly has_more?: unknown
  readonly items?: readonly unknown[]
}

/** The maximum of entries in a page, and of pages. */
const limit = 1000
const maxPages = 100
const timeoutMilliseconds = 30_000

/**
 * Lists the reads of an item since a time, by 1Password's Events API, which reports the items of all shared vaults. It needs
 * a Business account, and a bearer token with the feature `itemusages`.
 * @throws VaultUnreachable, UserError
 */
export async function listEventReads(
  item: string,
  since: Date,
  { EVENTS_API_TOKEN: token = "", EVENTS_API_URL: host = "https://events.1password.com" }: NodeJS.ProcessEnv,
): Promise<VaultRead[]> {
  const url = new URL("api/v2/itemusages", parseServerUrl(host, "EVENTS_API_URL", "https://events.1password.eu"))
  const server = {
    name: `1Password's Events API at ${shown(url.origin)}`,
    place: "EVENTS_API_URL",
    credential: "EVENTS_API_TOKEN",
  }
  const reads: VaultRead[] = []
  let from: object = { limit, start_time: since.toISOString() }
  for (let page = 0; page < maxPages; page++) {
    const { cursor, has_more, items = [] } = await fetchPage(server, url, token, from)
    reads.push(...filterEntries(usage, items).flatMap((each) => (each.item_uuid === item ? parseUsage(each) : [])))
    if (has_more !== true || typeof cursor !== "string" || cursor === "") return reads
    from = { cursor }
  }
  throw new UserError(
    `${server.name} reports more than ${limit * maxPages} uses since ${since.toISOString()}; unset EVENTS_API_TOKEN`,
  )
}

/** Parses an entry; a write is not a read, as it is one of the versions. */
function parseUsage({ timestamp, used_version: version, action = "", user = {}, client = {} }: Usage): VaultRead[] {
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

async function fetchPage(server: VaultServer, url: URL, token: string, from: object): Promise<Page> {
  const { status, text } = await sendRequest(server, url.href, timeoutMilliseconds, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(from),
  })
  if (status === 401 || status === 403) {
    throw new VaultUnreachable(
      `${server.name} does not accept EVENTS_API_TOKEN: issue one with the feature itemusages in the account's own region (Integrations, Events Reporting), and set EVENTS_API_URL to its server`,
    )
  }
  const page = parseJson(text)
  const isPage = typeof page === "object" && page !== null && Array.isArray((page as Page).items ?? [])
  if (status !== 200 || !isPage) {
    throw new VaultUnreachable(`${server.name} is not the Events API (status ${status}); correct EVENTS_API_URL`)
  }
  return page
}
