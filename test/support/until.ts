import { waitUntil as isSo } from "../../core/until.ts"

/** Waits for what has to come, on a busy machine too. @param patience milliseconds */
export async function until(holds: () => boolean | Promise<boolean>, patience = 240_000): Promise<void> {
  if (!(await isSo(holds, patience, 50))) throw new Error(`it did not come to pass within ${patience / 1000} s`)
}
