import { shown } from "../../../core/escape.ts"
import { hostOf } from "../../../hosts/index.ts"
import { formats } from "../../../places/index.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Where openclaw records which of its versions wrote the config last. */
const locator = "meta.lastTouchedVersion"

/**
 * Describes that the config was last written by a version that does not support the reference; undefined if not. The
 * product may have been updated since without a write, so this is only a warning.
 */
export async function describeOldVersion({ host, path, format, since }: PlacementInputs): Promise<string | undefined> {
  if (since === undefined || format !== "json5") return undefined
  const version = activeValue(placeSnapshotIn(await hostOf(host).readFirstSnapshot(path), formats.json5, locator))
  if (version === undefined || !isBefore(version, since)) return undefined
  return `version ${shown(version)} wrote this config last, but such a reference needs ${since} or later: check openclaw --version there; update it, or set delivery: copy`
}

/** Compares versions, which are dates: `2026.3.2`; a suffix after a hyphen does not count. */
function isBefore(version: string, since: string): boolean {
  const parts = (text: string) => (text.split("-")[0] ?? "").split(".").map(Number)
  const [one, other] = [parts(version), parts(since)]
  if (one.some(Number.isNaN)) return false
  const at = other.findIndex((part, index) => part !== (one[index] ?? 0))
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0)
}
