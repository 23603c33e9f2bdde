import { setTimeout as pause } from "node:timers/promises"

/** Waits for what has to come, on a busy machine too. @param patience milliseconds */
export async function until(holds: () => boolean | Promise<boolean>, patience = 240_000): Promise<void> {
  for (const deadline = Date.now() + patience; !(await holds()); await pause(50)) {
    if (Date.now() > deadline) throw new Error(`it did not come to pass within ${patience / 1000} s`)
  }
}
