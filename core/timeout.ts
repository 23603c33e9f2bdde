/**
 * Waits for a promise with a time limit, after which it calls `late` and ignores the promise's result.
 * @param late may throw
 */
export async function withTimeout<T, L>(work: Promise<T>, milliseconds: number, late: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  work.catch(() => {})
  return Promise.race([work, over.then(late)]).finally(() => clearTimeout(timer))
}
