let underWay = 0
let closed = false

/**
 * One edit that must not be torn, its lock included. After `stopWriting` none begins: an orphan of a killed engine
 * finishes the one at hand and does no more.
 */
export async function writing<T>(work: () => Promise<T>): Promise<T> {
  refuseWhenEnded()
  underWay++
  try {
    return await work()
  } finally {
    underWay--
  }
}

/** For an edit that waits. @throws when the run is over */
export function refuseWhenEnded(): void {
  if (closed) throw new Error("the run was ended")
}

/** Resolves when no edit is under way; none begins any more. */
export async function stopWriting(): Promise<void> {
  closed = true
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
