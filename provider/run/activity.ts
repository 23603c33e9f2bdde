import { isRunOver } from "../../core/ending.ts"
import { waitUntil } from "../../core/until.ts"

const quietMilliseconds = 400
const longestMilliseconds = 600_000

/** Which steps of the engine are under way. */
export class Activity {
  #underWay = 0
  #lastActive = 0

  /** Counts a step of the engine as activity. */
  async active<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++
    try {
      return await work()
    } finally {
      this.#underWay--
      this.#lastActive = Date.now()
    }
  }

  /**
   * The engine starts no step after the first failure. A place that cannot be mended must not keep the others from being
   * mended, so its failure is told when nothing else has moved for a moment. A field, so that it can be handed to `catch`.
   */
  readonly failLast = async (error: unknown): Promise<never> => {
    await this.afterOthers()
    throw error
  }

  /** Within a step of the engine: waits until no other moves, ten minutes at most. */
  async afterOthers(): Promise<void> {
    this.#underWay--
    try {
      await waitUntil(() => this.#isQuiet() || isRunOver(), longestMilliseconds)
    } finally {
      this.#underWay++
    }
  }

  #isQuiet(): boolean {
    return this.#underWay <= 0 && Date.now() - this.#lastActive >= quietMilliseconds
  }
}
