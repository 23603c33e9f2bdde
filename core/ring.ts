import { createHmac, timingSafeEqual } from "node:crypto"

/**
 * Keyed verifiers, not values, of the stack's generations: by them any place's content is named. The key is random,
 * of the stack, and itself secret, so a fingerprint helps nobody to guess a token, not even a short one.
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

export function verifier(key: string, value: string): string {
  return createHmac("sha256", Buffer.from(key, "hex")).update(value).digest("hex")
}

/** What may be shown of a token. */
export function fingerprint(key: string, value: string): string {
  return `fp:${verifier(key, value).slice(0, 8)}`
}

/** Which of the ring's generations a value is; nothing for a foreign one. */
export function recognise(ring: Ring, value: string): Recognised | undefined {
  const wanted = Buffer.from(verifier(ring.key, value), "hex")
  return roleOf(ring, ({ verifier }) => timingSafeEqual(Buffer.from(verifier, "hex"), wanted))
}

/** The same for what is remembered only by its fingerprint. */
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
