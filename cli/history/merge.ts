import { omitUndefined } from "../../core/given.ts"
import { followed, start, stateAfter } from "./course.ts"
import type { Kept } from "./kept.ts"
import type { Change } from "./known-change.ts"
import { type HistoryRecord, momentsOf } from "./record.ts"

export interface History {
  /** The latest first. */
  readonly changes: readonly Change[]
  /** The latest one that waits to be finished. */
  readonly unfinished?: Change
  /** Nothing where no generation has come through. */
  readonly inForce?: {
    readonly generation: number
    readonly fingerprint?: string
    /** ISO 8601, UTC. */
    readonly since: string
  }
}

/** All that changed the generation, by what the sources tell of it and the state keeps. Pure. */
export function historyOf(told: readonly HistoryRecord[], kept: Kept): History {
  const course = momentsOf(told).reduce((course, moment) => followed(course, moment, kept), start)
  const { changes, open } = stateAfter(course, kept)
  const prints = printsOf(changes.slice(course.since), kept)
  const named = changes.map((change, at) => withPrint(change, at < course.since ? new Map() : prints))
  const last = open.at(-1)
  const unfinished = last && named[changes.indexOf(last)]
  const generation = kept.token && (kept.through ?? course.inForce ?? (unfinished ? undefined : kept.token.generation))
  const came = named.findLast(({ to, outcome }) => to === generation && outcome === "succeeded")
  const fingerprint = generation === undefined ? undefined : prints.get(generation)
  return {
    changes: named.toReversed(),
    ...(unfinished ? { unfinished } : {}),
    ...(generation === undefined
      ? {}
      : { inForce: { generation, ...omitUndefined({ fingerprint }), since: came?.at ?? kept.token?.created ?? "" } }),
  }
}

/** One number names one token for as long as the state lives. */
function printsOf(changes: readonly Change[], { token }: Kept): ReadonlyMap<number, string> {
  const known = token?.fingerprint ? [[token.generation, token.fingerprint] as const] : []
  const told = changes.flatMap(({ to, fingerprint }) => (fingerprint ? [[to, fingerprint] as const] : []))
  return new Map([...known, ...told])
}

function withPrint(change: Change, prints: ReadonlyMap<number, string>): Change {
  return { ...change, ...omitUndefined({ fingerprint: change.fingerprint ?? prints.get(change.to) }) }
}
