const undone: (() => unknown)[] = []
let ending: Promise<void> | undefined

/** What has to go when the bench ends, however it ends; what came last goes first. */
export function atEnd(undo: () => unknown): void {
  undone.unshift(undo)
}

/** @throws Error when the bench is ending, and nothing new may begin */
export function refuseWhenEnding(): void {
  if (ending) throw new Error("the bench was interrupted")
}

/** Runs a bench; all that it made goes with it, on Ctrl-C as well. */
export async function bench(work: () => Promise<void>): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end().then(() => process.exit(1)))
  try {
    await work()
  } catch (error) {
    if (!ending) process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  } finally {
    await end()
  }
}

function end(): Promise<void> {
  ending ??= (async () => {
    for (const undo of undone) await undo()
  })()
  return ending
}
