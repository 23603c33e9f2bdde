import { createRing, findHighest, type Generations } from "../../core/generations.ts"
import { type Ring, recognise } from "../../core/ring.ts"
import { Secret } from "../../core/secret.ts"
import { unknown } from "../wire.ts"
import { Arrivals } from "./arrivals.ts"

/**
 * The Tokens that this run has noted, by their ids. A placement is bound to its Token by id, generation and fingerprint;
 * the values pass within this process, so that the engine, which logs inputs, never gets them.
 */
export class Tokens {
  readonly #known = new Map<string, Generations>()
  /** Tokens that a first `up` will adopt: in its preview there is no Token yet. */
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

  /** Returns the values of the only Token of this run: the one in force, the previous one, then the others. */
  keptTokens(): Secret[] {
    const generations = this.#generationsOf(undefined)
    if (!generations) return []
    const { kept, current, previous } = generations
    const first = [current, previous]
    const at = (wanted: number | null) => kept.filter(({ generation }) => generation === wanted)
    const others = kept.filter(({ generation }) => !first.includes(generation))
    return [...first.flatMap(at), ...others].map(({ value }) => new Secret(value))
  }

  /** Returns the tokens that a first `up` will adopt. */
  adoptedTokens(): Secret[] {
    return [...this.#adopted].filter((value) => typeof value === "string").map((value) => new Secret(value))
  }

  isAdopted(value: string): boolean {
    return this.#adopted.has(value)
  }

  /** Returns the generation that a token from a vault has, or will have; undefined if this run has no single Token. */
  numberOf(value: string): number | undefined {
    const generations = this.#generationsOf(undefined)
    if (!generations) return undefined
    const known = recognise(createRing(generations), value)
    return known && "generation" in known ? known.generation : findHighest(generations) + 1
  }

  /** Returns the value, and waits a moment for the Token's Read, which may come later. */
  async tokenSoon(id: unknown, generation: unknown): Promise<Secret | undefined> {
    await this.#arrivals.until(() => this.#known.has(String(id)))
    return this.tokenValue(id, generation)
  }

  /** Returns the ring of a Token; without an id, that of the only Token of this run. */
  ringOfToken(id?: unknown): Ring | undefined {
    const generations = this.#generationsOf(id)
    return generations && createRing(generations)
  }

  /** Checks whether a value is the stack's, as far as this run knows. */
  isOurs(ring: Ring | undefined, value: string): boolean {
    return ring ? recognise(ring, value) !== undefined : this.#adopted.has(value) || this.#adopted.has(unknown)
  }

  /**
   * Returns the ring that describes a value: the one that the placement remembers; for a value that it does not contain, with
   * the Token's own entries, for whose Read it waits a moment. Such a value is called newer, not right: so the place counts
   * as changed, and its memory is updated.
   */
  async ringFor(id: unknown, remembered: Ring | undefined, value: string | undefined): Promise<Ring | undefined> {
    if (value === undefined || (remembered && recognise(remembered, value))) return remembered
    await this.#arrivals.until(() => this.#generationsOf(id) !== undefined)
    const own = this.ringOfToken(id)
    return own && remembered?.key === own.key ? { ...remembered, entries: own.entries } : (own ?? remembered)
  }

  /** Returns the Token's generations; an imported resource names no Token yet, and gets the only one. */
  #generationsOf(id: unknown): Generations | undefined {
    if (id !== undefined) return this.#known.get(String(id))
    const [only, ...more] = this.#known.values()
    return more.length === 0 ? only : undefined
  }
}
