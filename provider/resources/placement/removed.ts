import { describeValue, type PlaceSnapshot } from "../../../core/holds.ts"
import { computeFingerprint, type Ring, recognise } from "../../../core/ring.ts"
import type { Properties } from "../../wire.ts"
import type { PlacementInputs } from "./inputs.ts"

/** What an `up` removed from a place, or overwrote there: no value, but enough to recognise it. */
export interface Removed {
  /** ISO 8601, UTC. */
  readonly at: string
  /** In words, such as `another token (fp:77ab01d2)`. */
  readonly what: string
  readonly fingerprint?: string
}

/** How many are kept. */
const memory = 10

/** The values that an edit of the place takes away; one generation that follows another is the receipts' to tell. */
export function removedIn(
  seen: PlaceSnapshot,
  { must, reference }: PlacementInputs,
  ring: Ring | undefined,
): Removed[] {
  if (seen.kind !== "content" || seen.found.kind === "missing") return []
  const at = new Date().toISOString()
  const { found } = seen
  const gone = found.kind === "reference" && must !== "reference" ? [{ at, what: "a reference" }] : []
  const held = found.kind === "reference" ? (found.others ?? []) : [found.value, ...found.others]
  const values = [...new Set(held)].filter((value) => value !== reference && value !== "")
  const foreign = must === "nothing" ? values : values.filter((value) => !(ring && recognise(ring, value)))
  return [
    ...gone,
    ...foreign.map((value) => {
      const what = describeValue(value, ring).message
      return { at, what, ...(ring ? { fingerprint: computeFingerprint(ring.key, value) } : {}) }
    }),
  ]
}

/** The record with what is new; the oldest are forgotten. */
export function withRemoved({ removed }: Properties, more: readonly Removed[]): Properties {
  const all = [...(Array.isArray(removed) ? removed : []), ...more].slice(-memory)
  return all.length === 0 ? {} : { removed: all }
}
