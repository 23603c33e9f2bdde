let underWay = 0
let closed = false

/**
 * One write that must not be torn. After `stopWriting` none begins: an orphan of a killed engine finishes the one at
 * hand and does no more.
 */
export async function writing<T>(work: () => Promise<T>): Promise<T> {
  if (closed) throw new Error("the run was ended")
  underWay++
  try {
    return await work()
  } finally {
    underWay--
  }
}

/** Resolves when no write is under way; none begins any more. */
export async function stopWriting(): Promise<void> {
  closed = true
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
