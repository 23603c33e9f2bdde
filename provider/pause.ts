import { setTimeout as sleep } from "node:timers/promises"
import { isRunOver } from "../core/ending.ts"
import { UserError } from "../core/errors.ts"

/** Pauses between two checks. @throws UserError if the run was cancelled */
export async function pause(milliseconds: number): Promise<void> {
  if (!isRunOver()) await sleep(milliseconds)
  if (isRunOver()) throw new UserError("the run was cancelled")
}
