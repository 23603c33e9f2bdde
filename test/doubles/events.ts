import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** One use of an item, with the names of the description (ItemUsageV2). */
export interface Usage {
  readonly uuid: string
  readonly timestamp: string
  readonly used_version: number
  readonly vault_uuid: string
  readonly item_uuid: string
  readonly action: string
  readonly user: { readonly uuid: string; readonly name: string; readonly email: string; readonly type?: string }
  readonly client: { readonly app_name: string; readonly app_version: string; readonly ip_address: string }
}

export interface Events {
  readonly url: string
  /** What is asked for, in the environment of who may ask. */
  readonly variables: { readonly EVENTS_API_URL: string; readonly EVENTS_API_TOKEN: string }
  /** The bodies of the requests, the newest last. */
  readonly asked: unknown[]
  /** What it answers from now on, instead. */
  broken?: { readonly status: number; readonly body?: string; readonly location?: string }
  stop(): Promise<void>
}

/**
 * Stands in for 1Password's Events API, for item usages: its cursors, limits, times and statuses are those of
 * https://developer.1password.com/docs/events-api/reference and /docs/events-api/pagination, version 1.4.1.
 * @param usages in the order of their times
 */
export async function startEvents(token: string, usages: readonly Usage[]): Promise<Events> {
  const asked: unknown[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { status, said, location } = answer(request, body)
    response.writeHead(status, { "content-type": "application/json", ...(location && { location }) }).end(said)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const events: Events = {
    url,
    variables: { EVENTS_API_URL: url, EVENTS_API_TOKEN: token },
    asked,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return events

  function answer({ method, url: path, headers }: IncomingMessage, body: string) {
    const { broken } = events
    if (broken) return { status: broken.status, said: broken.body ?? "", location: broken.location }
    if (headers.authorization !== `Bearer ${token}`) return refusal(401, "Unauthorized access")
    if (method !== "POST" || path !== "/api/v2/itemusages") return refusal(404, "Not found")
    asked.push(JSON.parse(body))
    const { status = 200, ...page } = pageOf(JSON.parse(body), usages)
    return { status, said: JSON.stringify(page) }
  }
}

/** Either a cursor, or how much and from when. */
function pageOf(
  { cursor, limit = 100, start_time, end_time }: Record<string, string | number | undefined>,
  usages: readonly Usage[],
) {
  const isReset = cursor === undefined
  if (!isReset && start_time !== undefined) return { status: 400, Error: { Message: "cursor or reset cursor" } }
  const [at, count, start, end] = isReset
    ? [0, Number(limit), String(start_time ?? ""), String(end_time ?? "9999")]
    : (JSON.parse(Buffer.from(String(cursor), "base64").toString()) as [number, number, string, string])
  if (!(count >= 1 && count <= 1000)) return { status: 400, Error: { Message: "limit must be 1 to 1000" } }
  const all = usages.filter(({ timestamp }) => timestamp >= start && timestamp < end)
  const items = all.slice(at, at + count)
  const next = Buffer.from(JSON.stringify([at + items.length, count, start, end])).toString("base64")
  return { cursor: next, has_more: at + items.length < all.length, items }
}

function refusal(status: number, message: string) {
  return { status, said: JSON.stringify({ status, Error: { Message: message } }), location: undefined }
}
