import { describeValue } from "../../../core/describe-token.ts"
import type { PlaceSnapshot } from "../../../core/holds.ts"
import { computeFingerprint, type Ring, recognise } from "../../../core/ring.ts"
import type { Properties } from "../../wire.ts"
import type { PlacementInputs } from "./inputs.ts"

/** What an `up` removed or overwrote in a place: not the value, but enough to recognise it. */
export interface Removed {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Describes it, such as `another token (fp:77ab01d2)`. */
  readonly what: string
  readonly fingerprint?: string
}

/** How many are kept. */
const mostRemoved = 10

/** Lists the values that an edit of the place removes; the receipts record a generation that follows another. */
export function removedIn(
  snapshot: PlaceSnapshot,
  { must, reference }: PlacementInputs,
  ring: Ring | undefined,
): Removed[] {
  if (snapshot.kind !== "content" || snapshot.found.kind === "missing") return []
  const at = new Date().toISOString()
  const { found } = snapshot
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

/** Adds new values to the record, and drops the oldest. */
export function withRemoved({ removed }: Properties, more: readonly Removed[]): Properties {
  const all = [...(Array.isArray(removed) ? removed : []), ...more].slice(-mostRemoved)
  return all.length === 0 ? {} : { removed: all }
}
