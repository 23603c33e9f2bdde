const queues = new Map<string, Promise<unknown>>()

/** Within this process, one piece of work on a file after the other. */
export async function serially<T>(file: string, work: () => Promise<T>): Promise<T> {
  const mine = (queues.get(file) ?? Promise.resolve()).then(work, work)
  queues.set(file, mine)
  try {
    return await mine
  } finally {
    if (queues.get(file) === mine) queues.delete(file)
  }
}
