import { omitUndefined } from "../../core/given.ts"
import { listRefusals, type Receipt } from "../../core/receipt.ts"
import type { Kept } from "./kept.ts"
import type { Change } from "./known-change.ts"
import type { Course } from "./known-course.ts"
import type { Moment, Run } from "./record.ts"

/** The change to that generation, as a moment tells of it. */
export function changeOf({ run, receipt }: Moment, to: number, course: Course, kept: Kept): Change {
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

/** Of the program, as the receipt has it; else of the folder that `pulumi` ran in. */
function sourceOf(run: Run | undefined, receipt: Receipt | undefined): Pick<Change, "author" | "commit" | "dirty"> {
  const { commit, dirty } = receipt?.commit === undefined ? (run ?? {}) : receipt
  // The author is that of the folder's commit.
  return omitUndefined({ author: commit === run?.commit ? run?.author : undefined, commit, dirty })
}

function reachedBy({ outcome, changes }: Run, receipt: Receipt | undefined): string | undefined {
  if (outcome !== "failed") return undefined
  if (receipt) return "it was through; what came after it in that run was not"
  return changes === 0 ? "nothing was changed" : `${changes} ${changes === 1 ? "step was" : "steps were"} done`
}
