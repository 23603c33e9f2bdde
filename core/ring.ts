import { createHmac, timingSafeEqual } from "node:crypto"

/**
 * Keyed verifiers, not values, of the stack's generations, by which any place's content is recognised. The key is random,
 * the stack's own and secret, so a fingerprint does not help to guess a token, not even a short one.
 */
export interface Ring {
  /** 32 bytes, hex. */
  readonly key: string
  /** The generation in force, and the one before it. */
  readonly current: number
  readonly previous: number | null
  /** `generation: null` is the one that the next rotation will promote. */
  readonly entries: readonly { readonly generation: number | null; readonly verifier: string }[]
}

export type Recognised =
  | { readonly role: "current" | "previous" | "older" | "newer"; readonly generation: number }
  | { readonly role: "next" }

export function computeVerifier(key: string, value: string): string {
  return createHmac("sha256", Buffer.from(key, "hex")).update(value).digest("hex")
}

/** Computes the fingerprint of a token, which may be shown. */
export function computeFingerprint(key: string, value: string): string {
  return `fp:${computeVerifier(key, value).slice(0, 8)}`
}

/** Finds the generation of a value. @returns undefined for a foreign one */
export function recognise(ring: Ring, value: string): Recognised | undefined {
  const wanted = Buffer.from(computeVerifier(ring.key, value), "hex")
  return roleOf(ring, ({ verifier }) => timingSafeEqual(Buffer.from(verifier, "hex"), wanted))
}

/** Finds the generation of a fingerprint. */
export function recogniseFingerprint(ring: Ring, print: string): Recognised | undefined {
  return roleOf(ring, ({ verifier }) => verifier.startsWith(print.slice("fp:".length)))
}

function roleOf(ring: Ring, matches: (entry: Ring["entries"][number]) => boolean): Recognised | undefined {
  const entry = ring.entries.find(matches)
  if (!entry) return undefined
  const { generation } = entry
  if (generation === null) return { role: "next" }
  if (generation === ring.current) return { role: "current", generation }
  if (generation === ring.previous) return { role: "previous", generation }
  return { role: generation < ring.current ? "older" : "newer", generation }
}
