import { setTimeout as sleep } from "node:timers/promises"

/** Asks again and again whether something holds, so long at most. @returns whether it did in time */
export async function until(
  holds: () => boolean | Promise<boolean>,
  milliseconds: number,
  pauseMilliseconds = 20,
): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; !(await holds()); await sleep(pauseMilliseconds)) {
    if (Date.now() > deadline) return false
  }
  return true
}
