import type { IRequestClient } from "@1password/connect"
import * as v from "valibot"
import type { ConnectItem } from "./connect-client.ts"
import { entriesOf, part, text, whole } from "./shape.ts"
import type { Past, Read, Version } from "./vault.ts"

/** A request that the Connect server served, as its API tells them; the newest comes first. */
const request = v.object({
  ...{ timestamp: text, action: text, result: text },
  actor: part({ id: text, userAgent: text, requestIp: text }),
  resource: part({ item: part({ id: text }), itemVersion: whole }),
})
type Served = v.InferOutput<typeof request>

const edited = v.object({ version: whole, lastEditedBy: text })
const page = 50
const pages = 20

/**
 * The version at hand, as the item tells it, and those before it that were written by way of this server, as far as its
 * activity goes back; and who read it by way of this server since then. The vendor's client has no word for that; older
 * values cannot be read.
 */
export async function pastOf(
  item: ConnectItem,
  since: Date,
  http: IRequestClient,
  url: URL,
  authToken: string,
): Promise<Past> {
  const versions = new Map<number, Version>()
  const reads: Read[] = []
  const now = v.parse(edited, item)
  if (now.version !== undefined) versions.set(now.version, version(now.version, item.updatedAt, now.lastEditedBy))
  for (let at = 0; at < pages; at++) {
    const { href } = new URL(`v1/activity?limit=${page}&offset=${at * page}`, url)
    const { data } = await http.request("get", href, { authToken })
    const served: readonly unknown[] = Array.isArray(data) ? data : []
    for (const one of entriesOf(request, served).filter(
      ({ result, resource }) => result === "SUCCESS" && resource?.item?.id === item.id,
    )) {
      const number = one.resource?.itemVersion
      if (one.action === "READ") reads.push(read(one))
      else if (/^(?:CREATE|UPDATE)$/.test(one.action ?? "") && number !== undefined && !versions.has(number))
        versions.set(number, version(number, one.timestamp, one.actor?.id))
    }
    if (served.length < page) break
  }
  return {
    versions: [...versions.values()].sort((a, b) => b.version - a.version),
    reads: reads.filter(({ at }) => at >= since.toISOString()),
    ...(item.id && { id: item.id }),
  }
}

function version(number: number, at: Date | string | undefined, who: string | undefined): Version {
  return { version: number, at: timeOf(at), ...(who && { who }) }
}

function read({ timestamp, actor, resource }: Served): Read {
  const by = [actor?.userAgent, actor?.requestIp].filter(Boolean).join(", ")
  const number = resource?.itemVersion
  return {
    ...{ at: timeOf(timestamp), who: actor?.id ?? "", how: "READ" },
    ...(by && { by }),
    ...(number !== undefined && { version: number }),
  }
}

function timeOf(at: Date | string | undefined): string {
  const time = new Date(at ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? "" : time.toISOString()
}
