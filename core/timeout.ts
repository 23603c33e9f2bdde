/**
 * Waits for some work so long at most. Then what `late` says comes in its place, and what the work comes to is ignored.
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
