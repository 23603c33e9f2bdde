import { isRunOver } from "../core/ending.ts"
import { until } from "../core/until.ts"

const quietMilliseconds = 400
const longestMilliseconds = 600_000

let underWay = 0
let lastActive = 0

/** Counts a step of the engine as activity. */
export async function active<T>(work: () => Promise<T>): Promise<T> {
  underWay++
  try {
    return await work()
  } finally {
    underWay--
    lastActive = Date.now()
  }
}

/**
 * The engine starts no step after the first failure. A place that cannot be mended must not keep the others from being
 * mended, so its failure is told when nothing else has moved for a moment.
 */
export async function failLast(error: unknown): Promise<never> {
  await afterOthers()
  throw error
}

/** Within a step of the engine: waits until no other moves, 20 s at most. */
export async function afterOthers(): Promise<void> {
  underWay--
  try {
    const isQuiet = () => underWay <= 0 && Date.now() - lastActive >= quietMilliseconds
    await until(() => isQuiet() || isRunOver(), longestMilliseconds)
  } finally {
    underWay++
  }
}
