import type { IRequestClient } from "@1password/connect"
import type { ConnectItem } from "./connect-client.ts"

/** A request that the Connect server served, as its API tells them; the newest comes first. */
interface Served {
  readonly timestamp?: string
  readonly action?: string
  readonly result?: string
  readonly actor?: { readonly id?: string }
  readonly resource?: { readonly item?: { readonly id?: string }; readonly itemVersion?: number }
}

interface Version {
  readonly version: number
  readonly at: string
  readonly who?: string
}

const page = 50
const pages = 20

/**
 * The version at hand, as the item tells it, and those before it that were written by way of this server, as far as its
 * activity goes back. The vendor's client has no word for that; older values cannot be read.
 */
export async function historyOf(
  item: ConnectItem,
  http: IRequestClient,
  url: URL,
  authToken: string,
): Promise<Version[]> {
  const found = new Map<number, Version>()
  if (item.version !== undefined) found.set(item.version, version(item.version, item.updatedAt, item.lastEditedBy))
  for (let at = 0; at < pages; at++) {
    const { href } = new URL(`v1/activity?limit=${page}&offset=${at * page}`, url)
    const { data } = await http.request("get", href, { authToken })
    const served: readonly Served[] = Array.isArray(data) ? data : []
    for (const { timestamp, action, result, actor, resource } of served) {
      const number = resource?.itemVersion
      if (resource?.item?.id !== item.id || result !== "SUCCESS" || !["CREATE", "UPDATE"].includes(action ?? ""))
        continue
      if (number !== undefined && !found.has(number)) found.set(number, version(number, timestamp, actor?.id))
    }
    if (served.length < page) break
  }
  return [...found.values()].sort((a, b) => b.version - a.version)
}

function version(number: number, at: Date | string | undefined, who: string | undefined): Version {
  const time = new Date(at ?? Number.NaN)
  return {
    version: number,
    at: Number.isNaN(time.getTime()) ? "" : time.toISOString(),
    ...(who && { who }),
  }
}
