import { endCommands } from "./command.ts"

const undone: (() => unknown)[] = []
let ending: Promise<void> | undefined

/** Registers what is undone when the bench ends, however it ends; the last is undone first. */
export function atEnd(undo: () => unknown): void {
  undone.unshift(undo)
}

/** Runs a bench, and removes everything that it made, on Ctrl-C as well. */
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
    await endCommands()
    for (const undo of undone) await undo()
  })()
  return ending
}
