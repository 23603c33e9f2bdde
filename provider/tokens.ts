import { setTimeout as sleep } from "node:timers/promises"
import { type Generations, highest, ringOf } from "../core/generations.ts"
import { type Ring, recognise } from "../core/ring.ts"
import { Secret } from "../core/secret.ts"
import { unknown } from "./wire.ts"

/**
 * What this run has seen of Tokens, by their ids. A placement is bound to its Token by id, generation and fingerprint;
 * the values go from one to the other within this process, so that the engine, which logs inputs, never carries them.
 */
const known = new Map<string, Generations>()

/** Tokens that a first `up` will take over: in its preview there is no Token yet to know them by. */
const adopted = new Set<string | typeof unknown>()

const patienceMilliseconds = 1000

export function learn(id: string, generations: Generations): void {
  known.set(id, generations)
}

export function noteAdopted(value: string | typeof unknown | undefined): void {
  if (value !== undefined) adopted.add(value)
}

export function tokenValue(id: unknown, generation: unknown): Secret | undefined {
  const found = known.get(String(id))?.kept.find((each) => each.generation === generation)
  return found && new Secret(found.value)
}

/** The values of the only Token of this run: the one in force, the one before it, then the others. */
export function keptTokens(): Secret[] {
  const generations = generationsOf(undefined)
  if (!generations) return []
  const { kept, current, previous } = generations
  const first = [current, previous]
  const at = (wanted: number | null) => kept.filter(({ generation }) => generation === wanted)
  const others = kept.filter(({ generation }) => !first.includes(generation))
  return [...first.flatMap(at), ...others].map(({ value }) => new Secret(value))
}

/** The ring of the only Token of this run. */
export function onlyRing(): Ring | undefined {
  return ringOfToken(undefined)
}

/** The tokens that a first `up` will take over. */
export function adoptedTokens(): Secret[] {
  return [...adopted].filter((value) => typeof value === "string").map((value) => new Secret(value))
}

/** Which number a token has, or will have, that others made: as far as the only Token of this run knows, nothing else. */
export function numberOf(value: string): number | undefined {
  const generations = generationsOf(undefined)
  if (!generations) return undefined
  const known = recognise(ringOf(generations), value)
  return known && "generation" in known ? known.generation : highest(generations) + 1
}

/** The same in a Read, which may be ahead of the Token's: it waits a moment. */
export async function tokenSoon(id: unknown, generation: unknown): Promise<Secret | undefined> {
  for (let waited = 0; !known.has(String(id)) && waited < patienceMilliseconds; waited += 10) await sleep(10)
  return tokenValue(id, generation)
}

export function ringOfToken(id: unknown): Ring | undefined {
  const generations = generationsOf(id)
  return generations && ringOf(generations)
}

/** What was imported names no Token yet: it is judged by the only one that there is. */
function generationsOf(id: unknown): Generations | undefined {
  if (id !== undefined) return known.get(String(id))
  const [only, ...more] = known.values()
  return more.length === 0 ? only : undefined
}

export function isAdopted(value: string): boolean {
  return adopted.has(value)
}

/** Whether a value is the stack's, as far as this run can tell. */
export function isOurs(ring: Ring | undefined, value: string): boolean {
  return ring ? recognise(ring, value) !== undefined : adopted.has(value) || adopted.has(unknown)
}

/**
 * The ring to name a value by: the one that the placement remembers, and for a value that is younger than its memory
 * with the Token's own entries, for whose read it waits a moment. Such a value is called newer, not right: so the place
 * counts as changed, and its memory is brought up to date.
 */
export async function ringFor(
  id: unknown,
  remembered: Ring | undefined,
  value: string | undefined,
): Promise<Ring | undefined> {
  if (value === undefined || (remembered && recognise(remembered, value))) return remembered
  for (let waited = 0; !ringOfToken(id) && waited < patienceMilliseconds; waited += 10) await sleep(10)
  const own = ringOfToken(id)
  return own && remembered?.key === own.key ? { ...remembered, entries: own.entries } : (own ?? remembered)
}
