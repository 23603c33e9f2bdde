import { omitUndefined } from "../../core/given.ts"
import { advanceCourse, start, stateAfter } from "./course.ts"
import type { GenerationChange } from "./generation-change.ts"
import { type HistoryRecord, momentsOf } from "./record.ts"
import type { StateHistory } from "./state-history.ts"

export interface History {
  /** The latest first. */
  readonly changes: readonly GenerationChange[]
  /** The latest change that is not finished. */
  readonly unfinished?: GenerationChange
  /** Undefined if no generation was complete. */
  readonly inForce?: {
    readonly generation: number
    readonly fingerprint?: string
    /** ISO 8601, UTC. */
    readonly since: string
  }
}

/** Merges the sources' records and the state into the changes of the generation. */
export function historyOf(records: readonly HistoryRecord[], kept: StateHistory): History {
  const course = momentsOf(records).reduce((course, moment) => advanceCourse(course, moment, kept), start)
  const { changes, open } = stateAfter(course, kept)
  const prints = printsOf(changes.slice(course.since), kept)
  const named = changes.map((change, at) => withPrint(change, at < course.since ? new Map() : prints))
  const last = open.at(-1)
  const unfinished = last && named[changes.indexOf(last)]
  const generation = kept.token && (kept.through ?? course.inForce ?? (unfinished ? undefined : kept.token.generation))
  const arrival = named.findLast(({ to, outcome }) => to === generation && outcome === "succeeded")
  const fingerprint = generation === undefined ? undefined : prints.get(generation)
  return {
    changes: named.toReversed(),
    ...(unfinished ? { unfinished } : {}),
    ...(generation === undefined
      ? {}
      : {
          inForce: { generation, ...omitUndefined({ fingerprint }), since: arrival?.at ?? kept.token?.created ?? "" },
        }),
  }
}

/** Returns the fingerprints by generation: while the state exists, a number names one token. */
function printsOf(changes: readonly GenerationChange[], { token }: StateHistory): ReadonlyMap<number, string> {
  const known = token?.fingerprint ? [[token.generation, token.fingerprint] as const] : []
  const recorded = changes.flatMap(({ to, fingerprint }) => (fingerprint ? [[to, fingerprint] as const] : []))
  return new Map([...known, ...recorded])
}

function withPrint(change: GenerationChange, prints: ReadonlyMap<number, string>): GenerationChange {
  return { ...change, ...omitUndefined({ fingerprint: change.fingerprint ?? prints.get(change.to) }) }
}
