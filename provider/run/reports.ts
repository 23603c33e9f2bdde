/** What was reported in this run already: the engine asks more than once, but the user gets one report. */
export class Reports {
  readonly #keys = new Set<string>()

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  /** Returns true the first time that it is asked for this key. */
  isFirst(key: string): boolean {
    const first = !this.#keys.has(key)
    this.#keys.add(key)
    return first
  }
}
