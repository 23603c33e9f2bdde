import { omitUndefined } from "../../core/given.ts"
import { changeOf } from "./change.ts"
import { halfway } from "./halfway.ts"
import type { Kept } from "./kept.ts"
import type { Change } from "./known-change.ts"
import type { Course } from "./known-course.ts"
import type { Moment } from "./record.ts"

export const start: Course = { changes: [], open: [], since: 0, given: [] }

/** What is known after one moment more. */
export function followed(course: Course, moment: Moment, kept: Kept): Course {
  const { run, receipt } = moment
  if (run?.emptied) return { ...start, changes: course.changes, since: course.changes.length }
  const to = receipt?.generation ?? run?.rotation
  if (to === undefined) return course
  const { inForce, tried } = course
  const settled = to === inForce && tried === inForce
  const moves = receipt !== undefined || (run?.changes ?? 0) > 0
  if (receipt || run?.outcome === "succeeded") {
    const change = receipt || (moves && !settled) ? [changeOf(moment, to, course, kept)] : []
    const changes = [...course.changes.map((each) => closed(each, course.open, to, moment)), ...change]
    return { ...course, changes, open: [], inForce: to, tried: to, given: [...course.given, to] }
  }
  if (settled) return course
  const change = changeOf(moment, to, course, kept)
  const { changes, open } = course
  return { ...course, changes: [...changes, change], open: [...open, change], ...(moves ? { tried: to } : {}) }
}

/** What became of a change that waited, now that a generation is through. */
function closed(change: Change, open: readonly Change[], to: number, { run, receipt }: Moment): Change {
  if (!open.includes(change)) return change
  const is = change.to === to ? "finished" : change.from === to ? "taken back" : "overtaken"
  return { ...change, later: { is, at: receipt?.at ?? run?.at ?? "" } }
}

/** What the state says of a generation that is not through. */
export function stateAfter(course: Course, kept: Kept): Pick<Course, "changes" | "open"> {
  const { token, through } = kept
  const { changes, open } = course
  const waits = open.findLast(({ to }) => to === token?.generation)
  if (!token || (through === undefined ? !waits : through === token.generation)) return course
  const last = changes.at(-1)
  const partial = last?.to === token.generation && !last.sources.includes("receipt") ? last : undefined
  const known = waits ?? partial
  const reached = halfway(kept)
  if (!known) {
    const at = token.modified ?? token.created
    const made = changeOf(
      {},
      token.generation,
      { ...course, ...omitUndefined({ tried: through, inForce: through }) },
      kept,
    )
    const cut: Change = { ...made, at, reached, sources: ["state"] }
    return { changes: [...changes, cut], open: [...open, cut] }
  }
  const told: Change = { ...known, reached, outcome: known.outcome === "succeeded" ? "unfinished" : known.outcome }
  const swap = (each: Change) => (each === known ? told : each)
  return { changes: changes.map(swap), open: [...open.filter((each) => each !== known), told] }
}
