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
