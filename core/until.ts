import { setTimeout as sleep } from "node:timers/promises"

/** Polls a condition with a time limit. @returns whether it became true in time */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  milliseconds: number,
  pauseMilliseconds = 20,
): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; !(await holds()); await sleep(pauseMilliseconds)) {
    if (Date.now() > deadline) return false
  }
  return true
}
