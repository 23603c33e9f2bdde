import { randomBytes } from "node:crypto"
import { UserError } from "./errors.ts"
import { computeFingerprint, computeVerifier, type Ring } from "./ring.ts"
import { describeWeakness } from "./strength.ts"

/** The generations of the stack's token; a secret in the state. */
export interface Generations {
  /** The key of the fingerprints. */
  readonly key: string
  readonly current: number
  readonly previous: number | null
  /** Ascending; the one in force is always among them. Generation 0 is a weak token that was found in use. */
  readonly kept: readonly Generation[]
  /** Generated ahead, so that a preview knows the coming fingerprint. Empty in a preview that has promoted it. */
  readonly next: string
  /** Verifiers of generations whose value is no longer kept, so that their copies are still recognised. */
  readonly forgotten: readonly { readonly generation: number; readonly verifier: string }[]
}

export interface Generation {
  readonly generation: number
  readonly value: string
  /** ISO 8601, UTC. */
  readonly created: string
}

export function generateToken(): string {
  return randomBytes(32).toString("hex")
}

/** Creates the first generations: a new token, or the adopted one; a weak one becomes generation 0, followed by a new token. */
export function createGenerations(rotation: number, adopted: string | undefined): Generations {
  const created = new Date().toISOString()
  const isWeak = adopted !== undefined && describeWeakness(adopted) !== undefined
  const weak = isWeak ? [{ generation: 0, value: adopted, created }] : []
  const first = { generation: rotation, value: adopted === undefined || isWeak ? generateToken() : adopted, created }
  return {
    key: randomBytes(32).toString("hex"),
    current: rotation,
    previous: weak.length > 0 ? 0 : null,
    kept: [...weak, first],
    next: generateToken(),
    forgotten: [],
  }
}

/**
 * Refuses a weak token in force, as a state may have been edited, or its token published.
 * @throws UserError
 */
export function refuseWeak(generations: Generations): void {
  const { generation, value } = findInForce(generations)
  const weak = describeWeakness(value)
  if (weak === undefined) return
  throw new UserError(
    `generation ${generation} ${weak}, so it is written nowhere; raise rotation to ${findHighest(generations) + 1}`,
  )
}

export function findInForce({ kept, current }: Generations): Generation {
  const generation = kept.find(({ generation }) => generation === current)
  if (!generation) throw new Error("the generation in force is not kept")
  return generation
}

export function createRing(generations: Generations): Ring {
  const { key, current, previous, kept, next, forgotten } = generations
  return {
    key,
    current,
    previous,
    entries: [
      ...forgotten,
      ...kept.map(({ generation, value }) => ({ generation, verifier: computeVerifier(key, value) })),
      ...(next === "" ? [] : [{ generation: null, verifier: computeVerifier(key, next) }]),
    ],
  }
}

export function fingerprintInForce(generations: Generations): string {
  return computeFingerprint(generations.key, findInForce(generations).value)
}

/** Finds the highest number ever used. */
export function findHighest({ kept, forgotten }: Generations): number {
  return Math.max(...kept.map(({ generation }) => generation), ...forgotten.map(({ generation }) => generation))
}
