import { shown } from "./escape.ts"
import { formatScalar } from "./scalar.ts"

/**
 * A home's record of its rotations, by which a state that is older than the fleet is recognised. Contains no secret.
 */
export interface Marker {
  /** `project/stack`. */
  readonly stack: string
  /** The generation in force when it was written. */
  readonly generation: number
  /** The highest generation ever. */
  readonly highest: number
  /** ISO 8601, UTC. */
  readonly when: string
}

export function formatMarker(marker: Marker): Uint8Array {
  return Buffer.from(`${JSON.stringify(marker)}\n`)
}

/** A limit above every count or date, and far below the highest number that can be declared. */
const ceiling = 8e15
/** A distance that a fleet's numbers do not reach while a state is in a backup. */
const maxDistance = 1e6

/**
 * Checks whether a fleet can have reached a generation. The owner of a home can write any number into its marker: one without
 * a successor is not believed, or no rotation would be possible again.
 * @param known the highest one of the state
 */
export function isBelievable(highest: number, known: number): boolean {
  return highest <= Math.max(ceiling, known + maxDistance) && highest < Number.MAX_SAFE_INTEGER
}

/** Parses a marker. @returns undefined if it is not valid */
export function parseMarker(bytes: Uint8Array): Marker | undefined {
  const { stack, generation, highest, when } = parseJson(bytes)
  if (typeof stack !== "string" || !isNumber(generation) || !isNumber(highest)) return undefined
  return { stack, generation, highest: Math.max(highest, generation), when: shown(formatScalar(when), 40) }
}

function parseJson(bytes: Uint8Array): { readonly [Key in keyof Marker]?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    return {}
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
