import { shown } from "../../../core/escape.ts"
import { hostOf } from "../../../hosts/index.ts"
import { formats } from "../../../places/index.ts"
import { activeValue, placeSnapshotIn } from "../../hosts/place.ts"
import type { PlacementInputs } from "./inputs.ts"

/** Where openclaw says which version of it wrote its config last. */
const locator = "meta.lastTouchedVersion"

/**
 * What there is to say where the config was last written by a version that does not understand what is about to stand
 * there. It may have been updated since without a word in the config, so it holds up nobody.
 */
export async function tooOld({ host, path, format, since }: PlacementInputs): Promise<string | undefined> {
  if (since === undefined || format !== "json5") return undefined
  const version = activeValue(placeSnapshotIn(await hostOf(host).readFirstSnapshot(path), formats.json5, locator))
  if (version === undefined || !isBefore(version, since)) return undefined
  return `version ${shown(version)} wrote this config last, and such a reference is understood from ${since} on: see openclaw --version there; update it, or set delivery: copy`
}

/** Versions are dates: `2026.3.2`, and what follows a hyphen does not count. */
function isBefore(version: string, since: string): boolean {
  const parts = (text: string) => (text.split("-")[0] ?? "").split(".").map(Number)
  const [one, other] = [parts(version), parts(since)]
  if (one.some(Number.isNaN)) return false
  const at = other.findIndex((part, index) => part !== (one[index] ?? 0))
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0)
}
