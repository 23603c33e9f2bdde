const queues = new Map<string, Promise<unknown>>()

/** Runs actions on a file one after the other, within this process. */
export async function runSerially<T>(file: string, work: () => Promise<T>): Promise<T> {
  const mine = (queues.get(file) ?? Promise.resolve()).then(work, work)
  queues.set(file, mine)
  try {
    return await mine
  } finally {
    if (queues.get(file) === mine) queues.delete(file)
  }
}
