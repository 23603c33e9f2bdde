import { shown } from "./escape.ts"

/**
 * What a home of the fleet remembers of its rotations, so that a state which is older than the fleet shows as such.
 * Nothing in it is secret.
 */
export interface Marker {
  /** `project/stack`. */
  readonly stack: string
  /** The generation in force when it was written. */
  readonly generation: number
  /** The highest one that ever was. */
  readonly highest: number
  /** ISO 8601, UTC. */
  readonly when: string
}

export function markerBytes(marker: Marker): Uint8Array {
  return Buffer.from(`${JSON.stringify(marker)}\n`)
}

/** Far above every number that somebody counts or dates with, and far enough below the highest one that can be declared. */
const ceiling = 8e15
/** So far above all numbers of a state a fleet does not get while that state lies in a backup. */
const leap = 1e6

/**
 * Whether a fleet can have got to a generation. Whoever owns a home can write any number into its marker: one that leaves
 * no room for another is never believed, or no rotation would be possible again.
 * @param known the highest one that the state knows
 */
export function isBelievable(highest: number, known: number): boolean {
  return highest <= Math.max(ceiling, known + leap) && highest < Number.MAX_SAFE_INTEGER
}

/** @returns nothing for what is no marker */
export function markerIn(bytes: Uint8Array): Marker | undefined {
  const { stack, generation, highest, when } = parsed(bytes)
  if (typeof stack !== "string" || !isNumber(generation) || !isNumber(highest)) return undefined
  return { stack, generation, highest: Math.max(highest, generation), when: shown(String(when), 40) }
}

function parsed(bytes: Uint8Array): { readonly [Key in keyof Marker]?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    return {}
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
