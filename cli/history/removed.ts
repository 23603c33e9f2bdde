import { isMapping } from "../../core/mapping.ts"
import { describePlace } from "../../core/place.ts"
import { formatScalar } from "../../core/scalar.ts"
import type { ExportedResource } from "../stack/export-state.ts"
import { isPlace } from "../stack/place-change.ts"
import { displayText, nameIn } from "../stack/preview.ts"
import { tableRows } from "../table.ts"
import { widthOf } from "../terminal.ts"
import type { Text } from "../text.ts"
import { timeOf } from "./lines.ts"

/** A value that an `up` removed or overwrote in a place; its strings may be printed. */
export interface RemovedValue {
  /** ISO 8601, UTC. */
  readonly at: string
  /** The place's name in the declaration. */
  readonly name: string
  /** host|path|locator */
  readonly place: string
  /** What was there, such as `another token (fp:77ab01d2)`. */
  readonly what: string
  readonly fingerprint?: string
}

/** More values than these are only in `--json`. */
const mostRows = 20

/** Lists the removed values that the places of the state remember, the latest first. */
export function removedValuesIn(resources: readonly ExportedResource[]): readonly RemovedValue[] {
  return resources.flatMap(valuesOf).sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
}

function valuesOf(resource: ExportedResource): RemovedValue[] {
  const { urn = "", outputs = {} } = resource
  if (!isPlace(resource) || !Array.isArray(outputs.removed)) return []
  const { host, path, locator } = outputs
  const place = {
    name: nameIn(urn),
    place: describePlace({
      host: displayText(formatScalar(host)),
      path: displayText(formatScalar(path)),
      locator: displayText(formatScalar(locator)),
    }),
  }
  return outputs.removed.flatMap((value): RemovedValue[] => {
    if (!isMapping(value) || typeof value.what !== "string") return []
    const time = Date.parse(formatScalar(value.at))
    if (Number.isNaN(time)) return []
    const print = typeof value.fingerprint === "string" && /^fp:[0-9a-f]{8}$/.test(value.fingerprint)
    const fingerprint = print ? { fingerprint: String(value.fingerprint) } : {}
    return [{ at: new Date(time).toISOString(), ...place, what: displayText(value.what), ...fingerprint }]
  })
}

/** Returns a table of the removed values; empty if there are none. */
export function removedLines(removed: readonly RemovedValue[]): Text {
  if (removed.length === 0) return ""
  const rows = removed.slice(0, mostRows).map(({ at, place, what }) => [timeOf(at), place, what])
  const more = removed.length > mostRows ? `${removed.length - mostRows} more: --json\n` : ""
  return ["\n", tableRows(["removed (UTC)", "from", "what was there"], rows, widthOf(process.stdout)), more]
}
