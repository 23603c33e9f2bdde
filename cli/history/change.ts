import { given } from "../../core/given.ts"
import { type Receipt, refusalsIn } from "../../core/receipt.ts"
import type { Course } from "./course.ts"
import type { Kept } from "./kept.ts"
import type { Moment, Run, Told } from "./told.ts"

/** Another generation came into force, or was to; texts may be shown. */
export interface Change {
  /** When it was through, or ended; ISO 8601, UTC. */
  readonly at: string
  /** `revert`: to a lower number, or to one that was in force before. */
  readonly kind: "first" | "adoption" | "rotation" | "revert"
  readonly from?: number
  readonly to: number
  readonly fingerprint?: string
  /** `user@machine`; known of what was through. */
  readonly who?: string
  /** Of the commit. */
  readonly author?: string
  readonly commit?: string
  /** There were changes that were not committed. */
  readonly dirty?: boolean
  readonly why?: string
  /** How many places were declared. */
  readonly places?: number
  /** Those that hold the token, by name. */
  readonly holders?: readonly string[]
  readonly lagging: readonly string[]
  readonly verdicts: readonly string[]
  /** Those among them that are no acceptance. */
  readonly refusals: readonly string[]
  /** `unfinished`: it was cut off, or touched a part of the fleet alone. */
  readonly outcome: Run["outcome"] | "unfinished"
  /** How far it got, where it did not succeed; in words. */
  readonly reached?: string
  /** What became of one that did not succeed. */
  readonly later?: { readonly is: "finished" | "taken back" | "overtaken"; readonly at: string }
  readonly sources: readonly (Told["source"] | "state")[]
}

/** The change to that generation, as a moment tells of it. */
export function changeOf({ run, receipt }: Moment, to: number, course: Course, kept: Kept): Change {
  const { inForce, tried } = course
  const from = receipt ? receipt.from : to === tried ? inForce : tried
  const adopts = run?.adopts ?? kept.token?.adopted === true
  const isBack = from !== undefined && (to < from || course.given.includes(to))
  return {
    at: receipt?.at ?? run?.at ?? "",
    kind: from === undefined ? (adopts ? "adoption" : "first") : isBack ? "revert" : "rotation",
    ...given({ from }),
    to,
    ...given({ fingerprint: receipt?.fingerprint, who: receipt?.who, why: run?.why }),
    ...sourceOf(run, receipt),
    ...given({ places: receipt?.places, holders: receipt?.holders }),
    lagging: receipt?.lagging ?? [],
    verdicts: receipt?.verdicts ?? [],
    refusals: receipt ? refusalsIn(receipt) : [],
    outcome: receipt ? "succeeded" : (run?.outcome ?? "unfinished"),
    ...given({ reached: run && reachedBy(run, receipt) }),
    sources: [...(receipt ? [receipt.source] : []), ...(run ? [run.source] : [])],
  }
}

/** Of the program, as the receipt has it; else of the folder that `pulumi` ran in. */
function sourceOf(run: Run | undefined, receipt: Receipt | undefined): Pick<Change, "author" | "commit" | "dirty"> {
  const { commit, dirty } = receipt?.commit === undefined ? (run ?? {}) : receipt
  // The author is that of the folder's commit.
  return given({ author: commit === run?.commit ? run?.author : undefined, commit, dirty })
}

function reachedBy({ outcome, changes }: Run, receipt: Receipt | undefined): string | undefined {
  if (outcome !== "failed") return undefined
  if (receipt) return "it was through; what came after it in that run was not"
  return changes === 0 ? "nothing was changed" : `${changes} ${changes === 1 ? "step was" : "steps were"} done`
}
