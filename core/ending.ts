/** What is under way in this process, and ends when its run is over: programs, connections, looks. */
interface Work {
  readonly stop: () => void
  readonly patient: boolean
}

const underWay = new Set<Work>()
let over = false

/**
 * @param stop ends the work; called again when the process ends and the work is still there
 * @param patient a change: a cancelled run does not cut it short, only the end of the process does
 * @returns what takes the work out again, once it is done
 */
export function endsWithRun(stop: () => void, patient = false): () => void {
  const work = { stop, patient }
  underWay.add(work)
  return () => void underWay.delete(work)
}

/** Ends every look that is under way, and none begins any more; a change that has begun goes on. */
export function closeRun(): void {
  over = true
  for (const { stop, patient } of [...underWay]) if (!patient) stop()
}

/** Ends all that is under way, changes as well. */
export function endRun(): void {
  over = true
  for (const { stop } of [...underWay]) stop()
}

/** Whether the run was ended: nothing may begin any more. */
export function isRunOver(): boolean {
  return over
}

/** Whether something has not ended yet. */
export function isUnderWay(): boolean {
  return underWay.size > 0
}
