import { UserError } from "../../core/errors.ts"

/** Collects what a host did not answer after its survey; the other hosts are still checked. */
export class Unanswered {
  readonly #reasons = new Set<string>()

  /** Returns the work's result, or notes its error. @param work its errors name the host @param instead the result then */
  async or<T>(what: string, work: Promise<T>, instead: T): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#reasons.add(`${what} is not known: ${error.message}`)
      return instead
    }
  }

  /** The noted errors, a line each. */
  get reasons(): readonly string[] {
    return [...this.#reasons]
  }
}
