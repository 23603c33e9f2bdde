import { omitUndefined } from "../../core/given.ts"
import { listRefusals, type Receipt } from "../../core/receipt.ts"
import type { Course } from "./course-state.ts"
import type { GenerationChange } from "./generation-change.ts"
import type { Moment, UpdateRecord } from "./record.ts"
import type { StateHistory } from "./state-history.ts"

/** Returns the change to that generation, from a moment's records. */
export function generationChangeOf(
  { run, receipt }: Moment,
  to: number,
  course: Course,
  kept: StateHistory,
): GenerationChange {
  const { inForce, tried } = course
  const from = receipt ? receipt.from : to === tried ? inForce : tried
  const adopts = run?.adopts ?? kept.token?.adopted === true
  const isBack = from !== undefined && (to < from || course.given.includes(to))
  return {
    at: receipt?.at ?? run?.at ?? "",
    kind: from === undefined ? (adopts ? "adoption" : "first") : isBack ? "revert" : "rotation",
    ...omitUndefined({ from }),
    to,
    ...omitUndefined({ fingerprint: receipt?.fingerprint, who: receipt?.who, why: run?.why }),
    ...sourceOf(run, receipt),
    ...omitUndefined({ places: receipt?.places, holders: receipt?.holders }),
    lagging: receipt?.lagging ?? [],
    verdicts: receipt?.verdicts ?? [],
    refusals: receipt ? listRefusals(receipt) : [],
    outcome: receipt ? "succeeded" : (run?.outcome ?? "unfinished"),
    ...omitUndefined({ reached: run && reachedBy(run, receipt) }),
    sources: [...(receipt ? [receipt.source] : []), ...(run ? [run.source] : [])],
  }
}

/** Returns the program's commit from the receipt; else that of the folder in which `pulumi` ran. */
function sourceOf(
  run: UpdateRecord | undefined,
  receipt: Receipt | undefined,
): Pick<GenerationChange, "author" | "commit" | "dirty"> {
  const { commit, dirty } = receipt?.commit === undefined ? (run ?? {}) : receipt
  // The author belongs to the folder's commit.
  return omitUndefined({ author: commit === run?.commit ? run?.author : undefined, commit, dirty })
}

function reachedBy({ outcome, changes }: UpdateRecord, receipt: Receipt | undefined): string | undefined {
  if (outcome !== "failed") return undefined
  if (receipt) return "the rotation was complete, but a later step of that run failed"
  return changes === 0 ? "nothing was changed" : `${changes} ${changes === 1 ? "step was" : "steps were"} done`
}
