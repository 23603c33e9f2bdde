import { createHmac } from "node:crypto"
import { UserError } from "./errors.ts"
import { findHighest, type Generations, refuseWeak } from "./generations.ts"
import { computeVerifier } from "./ring.ts"

/** The maximum of verifiers of forgotten generations. */
const maxForgotten = 20

/**
 * Changes the generations to the declared number; equal ones if it is the same. A number higher than any before promotes
 * `next`, or a value derived from it; a kept number restores exactly that token.
 * @param coming the token generated ahead for the rotation after this one
 * @throws UserError if that generation is not kept, weak or marked compromised
 */
export function rotate(from: Generations, rotation: number, options: Options): Generations {
  const after = changeNumber(from, rotation, options)
  refuseWeak(after)
  return after
}

interface Options {
  readonly keep: number
  readonly compromised: readonly number[]
  readonly coming: string
  /** The token of that number, if the vault is its source. */
  readonly given?: string | undefined
  readonly now: string
}

function changeNumber(from: Generations, rotation: number, options: Options): Generations {
  if (options.compromised.includes(rotation)) {
    throw new UserError(`generation ${rotation} is marked compromised; raise rotation to ${findHighest(from) + 1}`)
  }
  if (rotation === from.current) return prune(from, options.keep)
  if (rotation > findHighest(from)) {
    const { given, now } = options
    const promoted = { generation: rotation, value: given ?? comingValue(from, rotation), created: now }
    const next = given === undefined ? options.coming : from.next
    const changeNumber = { ...from, current: rotation, previous: from.current, kept: [...from.kept, promoted], next }
    return prune(changeNumber, options.keep)
  }
  const known = restoreForgotten(from, rotation, options)
  const back = known.kept.find(({ generation }) => generation === rotation)
  if (!back || rotation === 0) {
    const numbers = known.kept.map(({ generation }) => generation).filter((generation) => generation > 0)
    throw new UserError(
      `generation ${rotation} is not kept (kept: ${numbers.join(", ")}); name one of those, or raise rotation to ${findHighest(from) + 1}`,
    )
  }
  return prune({ ...known, current: rotation, previous: from.current }, options.keep)
}

/** Keeps a forgotten generation again if the vault has its token again. */
function restoreForgotten(from: Generations, rotation: number, { given, now }: Options): Generations {
  const lost = from.forgotten.find(({ generation }) => generation === rotation)
  if (given === undefined || lost?.verifier !== computeVerifier(from.key, given)) return from
  const kept = [...from.kept, { generation: rotation, value: given, created: now }]
  kept.sort((one, other) => one.generation - other.generation)
  return { ...from, kept, forgotten: from.forgotten.filter((each) => each !== lost) }
}

/**
 * Computes the token of a number: `next` for the following one. If numbers are skipped, a lost state may have used `next` for
 * one of them, so another is derived from it, equal in a preview and in every attempt.
 */
function comingValue(from: Generations, rotation: number): string {
  if (rotation === findHighest(from) + 1) return from.next
  return createHmac("sha256", Buffer.from(from.next, "hex")).update(`generation ${rotation}`).digest("hex")
}

/** Forgets the oldest values; the one in force and the previous one last. */
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
    ...lost.map(({ generation, value }) => ({ generation, verifier: computeVerifier(key, value) })),
  ].slice(-maxForgotten)
  return { ...generations, kept, forgotten }
}
