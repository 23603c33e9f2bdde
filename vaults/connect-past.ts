import type { IRequestClient } from "@1password/connect"
import * as v from "valibot"
import type { ConnectItem } from "./connect-client.ts"
import { filterEntries, optionalInteger, optionalObject, optionalString } from "./shape.ts"
import type { VaultHistory, VaultRead, VaultVersion } from "./vault.ts"

/** An entry of the Connect server's activity log. */
const request = v.object({
  ...{ timestamp: optionalString, action: optionalString, result: optionalString },
  actor: optionalObject({ id: optionalString, userAgent: optionalString, requestIp: optionalString }),
  resource: optionalObject({ item: optionalObject({ id: optionalString }), itemVersion: optionalInteger }),
})
type Activity = v.InferOutput<typeof request>

const currentVersion = v.object({ version: optionalInteger, lastEditedBy: optionalString })
const page = 50
const pages = 20

/**
 * Lists the item's current version, and the earlier versions and the reads that are in this server's activity log. The vendor's
 * client has no method for that log; older values cannot be read.
 */
export async function readConnectHistory(
  item: ConnectItem,
  since: Date,
  http: IRequestClient,
  url: URL,
  authToken: string,
): Promise<VaultHistory> {
  const versions = new Map<number, VaultVersion>()
  const reads: VaultRead[] = []
  const current = v.parse(currentVersion, item)
  if (current.version !== undefined)
    versions.set(current.version, createVersion(current.version, item.updatedAt, current.lastEditedBy))
  for (let at = 0; at < pages; at++) {
    const { href } = new URL(`v1/activity?limit=${page}&offset=${at * page}`, url)
    const { data } = await http.request("get", href, { authToken })
    const entries: readonly unknown[] = Array.isArray(data) ? data : []
    for (const entry of filterEntries(request, entries).filter(
      ({ result, resource }) => result === "SUCCESS" && resource?.item?.id === item.id,
    )) {
      const number = entry.resource?.itemVersion
      if (entry.action === "READ") reads.push(parseRead(entry))
      else if (/^(?:CREATE|UPDATE)$/.test(entry.action ?? "") && number !== undefined && !versions.has(number))
        versions.set(number, createVersion(number, entry.timestamp, entry.actor?.id))
    }
    if (entries.length < page) break
  }
  return {
    versions: [...versions.values()].sort((a, b) => b.version - a.version),
    reads: reads.filter(({ at }) => at >= since.toISOString()),
    ...(item.id && { id: item.id }),
  }
}

function createVersion(number: number, at: Date | string | undefined, user: string | undefined): VaultVersion {
  return { version: number, at: formatTime(at), ...(user && { who: user }) }
}

function parseRead({ timestamp, actor, resource }: Activity): VaultRead {
  const by = [actor?.userAgent, actor?.requestIp].filter(Boolean).join(", ")
  const number = resource?.itemVersion
  return {
    ...{ at: formatTime(timestamp), who: actor?.id ?? "", how: "READ" },
    ...(by && { by }),
    ...(number !== undefined && { version: number }),
  }
}

function formatTime(at: Date | string | undefined): string {
  const time = new Date(at ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? "" : time.toISOString()
}
