/** Active work of this process that ends with its run: programs, connections, reads. */
interface Work {
  readonly stop: () => void
  readonly patient: boolean
}

const activeWork = new Set<Work>()
let isOver = false

/**
 * Registers work that ends with the run.
 * @param stop ends the work; called again at the end of the process if the work is still active
 * @param patient a change, which only the end of the process interrupts, not a cancelled run
 * @returns a function that unregisters the work
 */
export function registerWork(stop: () => void, patient = false): () => void {
  const work = { stop, patient }
  activeWork.add(work)
  return () => void activeWork.delete(work)
}

/** Ends all active reads and prevents new ones; an active change goes on. */
export function closeRun(): void {
  isOver = true
  for (const { stop, patient } of [...activeWork]) if (!patient) stop()
}

/** Ends all active work, changes too. */
export function endRun(): void {
  isOver = true
  for (const { stop } of [...activeWork]) stop()
}

/** Checks whether the run has ended, so that nothing may start. */
export function isRunOver(): boolean {
  return isOver
}

/** Checks for active work. */
export function hasActiveWork(): boolean {
  return activeWork.size > 0
}
