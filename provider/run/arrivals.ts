/** How long a Read waits for what another's Read learns, which it may be ahead of. */
const patienceMilliseconds = 1000

/** Lets requests wait for what another request of the run learns. */
export class Arrivals {
  readonly #waiting = new Set<() => void>()

  /** Has every waiting request look again. */
  announce(): void {
    for (const look of this.#waiting) look()
  }

  /** Resolves as soon as it is there, or after a moment. */
  async until(isThere: () => boolean): Promise<void> {
    if (isThere()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => isThere() && resolve()
    this.#waiting.add(look)
    const timer = setTimeout(resolve, patienceMilliseconds)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(look)
  }
}
