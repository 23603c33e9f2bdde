import { isRunOver } from "../../core/ending.ts"
import { waitUntil } from "../../core/until.ts"

const quietMilliseconds = 400
const longestMilliseconds = 600_000

/** Counts the engine's steps that are in progress. */
export class Activity {
  #running = 0
  #lastActive = 0

  /** Runs a step of the engine, and counts it as activity. */
  async runStep<T>(work: () => Promise<T>): Promise<T> {
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
      this.#lastActive = Date.now()
    }
  }

  /**
   * Reports a failure after all other steps: the engine starts no step after the first failure, and a place that cannot be
   * fixed must not block the others. A field, so that it can be passed to `catch`.
   */
  readonly failLast = async (error: unknown): Promise<never> => {
    await this.afterOthers()
    throw error
  }

  /** Waits, within a step, until no other step runs; ten minutes at most. */
  async afterOthers(): Promise<void> {
    this.#running--
    try {
      await waitUntil(() => this.#isQuiet() || isRunOver(), longestMilliseconds)
    } finally {
      this.#running++
    }
  }

  #isQuiet(): boolean {
    return this.#running <= 0 && Date.now() - this.#lastActive >= quietMilliseconds
  }
}
