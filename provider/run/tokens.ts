import { createRing, findHighest, type Generations } from "../../core/generations.ts"
import { type Ring, recognise } from "../../core/ring.ts"
import { Secret } from "../../core/secret.ts"
import { unknown } from "../wire.ts"
import { Arrivals } from "./arrivals.ts"

/**
 * What this run has seen of Tokens, by their ids. A placement is bound to its Token by id, generation and fingerprint;
 * the values go from one to the other within this process, so that the engine, which logs inputs, never carries them.
 */
export class Tokens {
  readonly #known = new Map<string, Generations>()
  /** Tokens that a first `up` will take over: in its preview there is no Token yet to know them by. */
  readonly #adopted = new Set<string | typeof unknown>()
  readonly #arrivals = new Arrivals()

  learn(id: string, generations: Generations): void {
    this.#known.set(id, generations)
    this.#arrivals.announce()
  }

  noteAdopted(value: string | typeof unknown | undefined): void {
    if (value !== undefined) this.#adopted.add(value)
  }

  tokenValue(id: unknown, generation: unknown): Secret | undefined {
    const found = this.#known.get(String(id))?.kept.find((each) => each.generation === generation)
    return found && new Secret(found.value)
  }

  /** The values of the only Token of this run: the one in force, the one before it, then the others. */
  keptTokens(): Secret[] {
    const generations = this.#generationsOf(undefined)
    if (!generations) return []
    const { kept, current, previous } = generations
    const first = [current, previous]
    const at = (wanted: number | null) => kept.filter(({ generation }) => generation === wanted)
    const others = kept.filter(({ generation }) => !first.includes(generation))
    return [...first.flatMap(at), ...others].map(({ value }) => new Secret(value))
  }

  /** The tokens that a first `up` will take over. */
  adoptedTokens(): Secret[] {
    return [...this.#adopted].filter((value) => typeof value === "string").map((value) => new Secret(value))
  }

  isAdopted(value: string): boolean {
    return this.#adopted.has(value)
  }

  /** Which number a token has, or will have, that others made: as far as the only Token of this run knows, nothing else. */
  numberOf(value: string): number | undefined {
    const generations = this.#generationsOf(undefined)
    if (!generations) return undefined
    const known = recognise(createRing(generations), value)
    return known && "generation" in known ? known.generation : findHighest(generations) + 1
  }

  /** Returns the value in a Read, which may be ahead of the Token's: it waits a moment. */
  async tokenSoon(id: unknown, generation: unknown): Promise<Secret | undefined> {
    await this.#arrivals.until(() => this.#known.has(String(id)))
    return this.tokenValue(id, generation)
  }

  /** The ring of a Token; without an id that of the only one of this run. */
  ringOfToken(id?: unknown): Ring | undefined {
    const generations = this.#generationsOf(id)
    return generations && createRing(generations)
  }

  /** Whether a value is the stack's, as far as this run can tell. */
  isOurs(ring: Ring | undefined, value: string): boolean {
    return ring ? recognise(ring, value) !== undefined : this.#adopted.has(value) || this.#adopted.has(unknown)
  }

  /**
   * The ring to name a value by: the one that the placement remembers, and for a value that is younger than its memory
   * with the Token's own entries, for whose read it waits a moment. Such a value is called newer, not right: so the place
   * counts as changed, and its memory is brought up to date.
   */
  async ringFor(id: unknown, remembered: Ring | undefined, value: string | undefined): Promise<Ring | undefined> {
    if (value === undefined || (remembered && recognise(remembered, value))) return remembered
    await this.#arrivals.until(() => this.#generationsOf(id) !== undefined)
    const own = this.ringOfToken(id)
    return own && remembered?.key === own.key ? { ...remembered, entries: own.entries } : (own ?? remembered)
  }

  /** What was imported names no Token yet: it is judged by the only one that there is. */
  #generationsOf(id: unknown): Generations | undefined {
    if (id !== undefined) return this.#known.get(String(id))
    const [only, ...more] = this.#known.values()
    return more.length === 0 ? only : undefined
  }
}
