import { setTimeout as sleep } from "node:timers/promises"
import { type Ring, recognise } from "../core/ring.ts"

/** All rings that this run has seen, by key: a place that missed a rotation knows fewer generations than the Token. */
const newest = new Map<string, Ring>()

/** Tokens that a first `up` will take over: in its preview there is no ring yet to know them by. */
const adopted = new Set<string>()

export function noteAdopted(value: string | undefined): void {
  if (value !== undefined) adopted.add(value)
}

/** Whether a value is the stack's, as far as this run can tell. */
export function isOurs(ring: Ring | undefined, value: string): boolean {
  const by = ring ?? anyRing()
  return by ? recognise(by, value) !== undefined : adopted.has(value)
}

/** In the preview of a rotation the new ring is not known yet; the one before it names what is there. */
export function anyRing(): Ring | undefined {
  return newest.size === 1 ? [...newest.values()][0] : undefined
}

export function learn(ring: Ring | undefined): void {
  const known = ring && newest.get(ring.key)
  if (ring && (!known || known.entries.length < ring.entries.length || highest(known) < highest(ring))) {
    newest.set(ring.key, ring)
  }
}

/** The ring to judge by; waits a moment for the Token's own read where `value` is not recognised at once. */
export async function ringFor(ring: Ring | undefined, value: string | undefined): Promise<Ring | undefined> {
  if (!ring || value === undefined) return ring
  if (recognise(ring, value)) return ring
  await sleep(50)
  const wider = newest.get(ring.key)
  if (!wider || !recognise(wider, value)) return ring
  return { ...ring, entries: wider.entries }
}

function highest({ entries }: Ring): number {
  return Math.max(...entries.map(({ generation }) => generation ?? 0))
}
