import { UserError } from "../../core/errors.ts"

/** Collects what a host did not answer once it was looked at: that is not known of this host, and the others are still looked at. */
export class Unanswered {
  readonly #reasons = new Set<string>()

  /** @param work whose errors name the host @param instead what is known then */
  async or<T>(what: string, work: Promise<T>, instead: T): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#reasons.add(`${what} is not known: ${error.message}`)
      return instead
    }
  }

  /** A line each. */
  get reasons(): readonly string[] {
    return [...this.#reasons]
  }
}
