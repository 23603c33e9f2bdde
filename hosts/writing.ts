import { AsyncLocalStorage } from "node:async_hooks"
import { isRunOver } from "../core/ending.ts"
import { UserError } from "../core/errors.ts"

let activeEdits = 0
let closed = false
/** Marks the steps of an edit that has started, which may go on, such as its undo. */
const inside = new AsyncLocalStorage<true>()

/**
 * Runs an edit that must not be interrupted, its lock included. After `stopWriting` none starts: an orphan of a killed engine
 * completes the current one only.
 */
export async function runEdit<T>(work: () => Promise<T>): Promise<T> {
  throwIfEnded()
  activeEdits++
  try {
    return await inside.run(true, work)
  } finally {
    activeEdits--
  }
}

/** Ends a waiting edit. @throws UserError if the run is over */
export function throwIfEnded(): void {
  if ((closed || isRunOver()) && !inside.getStore()) throw new UserError("the run was ended")
}

export function isWriting(): boolean {
  return activeEdits > 0
}

/** Prevents new edits, and waits for the current ones. */
export async function stopWriting(): Promise<void> {
  closed = true
  await waitForWrites()
}

/** Waits for the current edits. */
export async function waitForWrites(): Promise<void> {
  while (activeEdits > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
