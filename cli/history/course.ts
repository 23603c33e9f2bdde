import { omitUndefined } from "../../core/given.ts"
import { generationChangeOf } from "./change.ts"
import type { Course } from "./course-state.ts"
import type { GenerationChange } from "./generation-change.ts"
import { describeProgress } from "./progress.ts"
import type { Moment } from "./record.ts"
import type { StateHistory } from "./state-history.ts"

export const start: Course = { changes: [], open: [], since: 0, given: [] }

/** Returns what is known after one more moment. */
export function advanceCourse(course: Course, moment: Moment, kept: StateHistory): Course {
  const { run, receipt } = moment
  if (run?.emptied) return { ...start, changes: course.changes, since: course.changes.length }
  const to = receipt?.generation ?? run?.rotation
  if (to === undefined) return course
  const { inForce, tried } = course
  const settled = to === inForce && tried === inForce
  const moves = receipt !== undefined || (run?.changes ?? 0) > 0
  if (receipt || run?.outcome === "succeeded") {
    const change = receipt || (moves && !settled) ? [generationChangeOf(moment, to, course, kept)] : []
    const changes = [...course.changes.map((each) => closeChange(each, course.open, to, moment)), ...change]
    return { ...course, changes, open: [], inForce: to, tried: to, given: [...course.given, to] }
  }
  if (settled) return course
  const change = generationChangeOf(moment, to, course, kept)
  const { changes, open } = course
  return { ...course, changes: [...changes, change], open: [...open, change], ...(moves ? { tried: to } : {}) }
}

/** Records the result of an open change, now that a generation is complete. */
function closeChange(
  change: GenerationChange,
  open: readonly GenerationChange[],
  to: number,
  { run, receipt }: Moment,
): GenerationChange {
  if (!open.includes(change)) return change
  const is = change.to === to ? "finished" : change.from === to ? "taken back" : "overtaken"
  return { ...change, later: { is, at: receipt?.at ?? run?.at ?? "" } }
}

/** Adds what the state contains of a generation that is not complete. */
export function stateAfter(course: Course, kept: StateHistory): Pick<Course, "changes" | "open"> {
  const { token, through } = kept
  const { changes, open } = course
  const waits = open.findLast(({ to }) => to === token?.generation)
  if (!token || (through === undefined ? !waits : through === token.generation)) return course
  const last = changes.at(-1)
  const partial = last?.to === token.generation && !last.sources.includes("receipt") ? last : undefined
  const known = waits ?? partial
  const reached = describeProgress(kept)
  if (!known) {
    const at = token.modified ?? token.created
    const made = generationChangeOf(
      {},
      token.generation,
      { ...course, ...omitUndefined({ tried: through, inForce: through }) },
      kept,
    )
    const cut: GenerationChange = { ...made, at, reached, sources: ["state"] }
    return { changes: [...changes, cut], open: [...open, cut] }
  }
  const updated: GenerationChange = {
    ...known,
    reached,
    outcome: known.outcome === "succeeded" ? "unfinished" : known.outcome,
  }
  const swap = (each: GenerationChange) => (each === known ? updated : each)
  return { changes: changes.map(swap), open: [...open.filter((each) => each !== known), updated] }
}
