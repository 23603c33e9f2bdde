import { createHmac, randomBytes } from "node:crypto"
import { UserError } from "./errors.ts"
import { fingerprint, type Ring, verifier } from "./ring.ts"
import { weakness } from "./strength.ts"

/** All that the stack knows of its token; kept in the state, as a secret. */
export interface Generations {
  /** Of the fingerprints. */
  readonly key: string
  readonly current: number
  readonly previous: number | null
  /** Ascending; the one in force is always among them. Generation 0 is a weak token that was found in use. */
  readonly kept: readonly Generation[]
  /** Generated ahead, so that a preview knows the coming fingerprint. Empty in a preview that has promoted it. */
  readonly next: string
  /** Verifiers of generations that are no longer kept, so that a forgotten copy can still be named. */
  readonly forgotten: readonly { readonly generation: number; readonly verifier: string }[]
}

export interface Generation {
  readonly generation: number
  readonly value: string
  /** ISO 8601, UTC. */
  readonly created: string
}

/** How many verifiers of forgotten generations are kept. */
const memory = 20

export function newToken(): string {
  return randomBytes(32).toString("hex")
}

/** The first generations: a fresh token, or the adopted one; a weak one becomes generation 0, with a fresh token over it. */
export function begin(rotation: number, adopted: string | undefined): Generations {
  const created = new Date().toISOString()
  const isWeak = adopted !== undefined && weakness(adopted) !== undefined
  const weak = isWeak ? [{ generation: 0, value: adopted, created }] : []
  const first = { generation: rotation, value: adopted === undefined || isWeak ? newToken() : adopted, created }
  return {
    key: randomBytes(32).toString("hex"),
    current: rotation,
    previous: weak.length > 0 ? 0 : null,
    kept: [...weak, first],
    next: newToken(),
    forgotten: [],
  }
}

/**
 * The generations after the reviewed number was changed; equal ones when it was not. A higher number than any before
 * promotes `next`, or what follows from it; a kept one brings exactly that token back.
 * @param coming the token generated ahead for the rotation after this one
 * @throws UserError when the number names a generation that is not kept, that is weak, or one marked compromised
 */
export function rotate(from: Generations, rotation: number, options: Options): Generations {
  const after = turned(from, rotation, options)
  refuseWeak(after)
  return after
}

interface Options {
  readonly keep: number
  readonly compromised: readonly number[]
  readonly coming: string
  /** The token of that number, where others make it. */
  readonly given?: string | undefined
  readonly now: string
}

/**
 * What is weak is never in force, whatever a state says: one that was edited, or whose token was published since.
 * @throws UserError
 */
export function refuseWeak(generations: Generations): void {
  const { generation, value } = inForce(generations)
  const weak = weakness(value)
  if (weak === undefined) return
  throw new UserError(
    `generation ${generation} ${weak}, so it is written nowhere; raise rotation to ${highest(generations) + 1}`,
  )
}

function turned(from: Generations, rotation: number, options: Options): Generations {
  if (options.compromised.includes(rotation)) {
    throw new UserError(`generation ${rotation} is marked compromised; raise rotation to ${highest(from) + 1}`)
  }
  if (rotation === from.current) return prune(from, options.keep)
  if (rotation > highest(from)) {
    const { given, now } = options
    const promoted = { generation: rotation, value: given ?? comingValue(from, rotation), created: now }
    const next = given === undefined ? options.coming : from.next
    const turned = { ...from, current: rotation, previous: from.current, kept: [...from.kept, promoted], next }
    return prune(turned, options.keep)
  }
  const known = reminded(from, rotation, options)
  const back = known.kept.find(({ generation }) => generation === rotation)
  if (!back || rotation === 0) {
    const numbers = known.kept.map(({ generation }) => generation).filter((generation) => generation > 0)
    throw new UserError(
      `generation ${rotation} is not kept (kept: ${numbers.join(", ")}); name one of those, or raise rotation to ${highest(from) + 1}`,
    )
  }
  return prune({ ...known, current: rotation, previous: from.current }, options.keep)
}

/** One that was forgotten is kept again when those who made it bring it back. */
function reminded(from: Generations, rotation: number, { given, now }: Options): Generations {
  const lost = from.forgotten.find(({ generation }) => generation === rotation)
  if (given === undefined || lost?.verifier !== verifier(from.key, given)) return from
  const kept = [...from.kept, { generation: rotation, value: given, created: now }]
  kept.sort((one, other) => one.generation - other.generation)
  return { ...from, kept, forgotten: from.forgotten.filter((each) => each !== lost) }
}

export function inForce({ kept, current }: Generations): Generation {
  const generation = kept.find(({ generation }) => generation === current)
  if (!generation) throw new Error("the generation in force is not kept")
  return generation
}

export function ringOf(generations: Generations): Ring {
  const { key, current, previous, kept, next, forgotten } = generations
  return {
    key,
    current,
    previous,
    entries: [
      ...forgotten,
      ...kept.map(({ generation, value }) => ({ generation, verifier: verifier(key, value) })),
      ...(next === "" ? [] : [{ generation: null, verifier: verifier(key, next) }]),
    ],
  }
}

export function fingerprintOf(generations: Generations): string {
  return fingerprint(generations.key, inForce(generations).value)
}

/**
 * `next` is for the number that follows. Where numbers are left out, a state that was lost may have given it away under
 * one of them; so another is made of it, the same in a preview and in every attempt.
 */
function comingValue(from: Generations, rotation: number): string {
  if (rotation === highest(from) + 1) return from.next
  return createHmac("sha256", Buffer.from(from.next, "hex")).update(`generation ${rotation}`).digest("hex")
}

/** The highest number that was ever given. */
export function highest({ kept, forgotten }: Generations): number {
  return Math.max(...kept.map(({ generation }) => generation), ...forgotten.map(({ generation }) => generation))
}

/** Forgets the values of the oldest; the one in force and the one before it go last. */
function prune(generations: Generations, keep: number): Generations {
  const { current, previous, key } = generations
  const byAge = generations.kept.map(({ generation }) => generation).sort((a, b) => b - a)
  const rest = byAge.filter((generation) => generation !== current && generation !== previous)
  const held = new Set([current, previous, ...rest].slice(0, Math.max(keep + (previous === null ? 1 : 0), 1)))
  const kept = generations.kept.filter(({ generation }) => held.has(generation))
  const lost = generations.kept.filter(({ generation }) => !held.has(generation))
  if (lost.length === 0) return generations
  const forgotten = [
    ...generations.forgotten,
    ...lost.map(({ generation, value }) => ({ generation, verifier: verifier(key, value) })),
  ].slice(-memory)
  return { ...generations, kept, forgotten }
}
