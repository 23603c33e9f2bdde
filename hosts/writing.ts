import { AsyncLocalStorage } from "node:async_hooks"
import { isRunOver } from "../core/ending.ts"
import { UserError } from "../core/errors.ts"

let underWay = 0
let closed = false
/** Steps of an edit that has begun may begin, such as what takes it back. */
const inside = new AsyncLocalStorage<true>()

/**
 * One edit that must not be torn, its lock included. After `stopWriting` none begins: an orphan of a killed engine
 * finishes the one at hand and does no more.
 */
export async function writing<T>(work: () => Promise<T>): Promise<T> {
  refuseWhenEnded()
  underWay++
  try {
    return await inside.run(true, work)
  } finally {
    underWay--
  }
}

/** For an edit that waits. @throws when the run is over */
export function refuseWhenEnded(): void {
  if ((closed || isRunOver()) && !inside.getStore()) throw new UserError("the run was ended")
}

export function isWriting(): boolean {
  return underWay > 0
}

/** Resolves when no edit is under way; none begins any more. */
export async function stopWriting(): Promise<void> {
  closed = true
  await writesEnded()
}

/** Resolves when no edit is under way. */
export async function writesEnded(): Promise<void> {
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
