import type { HistoryRecord, UpdateRecord } from "./record.ts"

/** A change of the generation in force, or an attempt; its strings may be shown. */
export interface GenerationChange {
  /** When it was complete, or ended; ISO 8601, UTC. */
  readonly at: string
  /** `revert`: to a lower number, or to one that was in force before. */
  readonly kind: "first" | "adoption" | "rotation" | "revert"
  readonly from?: number
  readonly to: number
  readonly fingerprint?: string
  /** `user@machine`; known if it was complete. */
  readonly who?: string
  /** The author of the commit. */
  readonly author?: string
  readonly commit?: string
  /** There were changes that were not committed. */
  readonly dirty?: boolean
  readonly why?: string
  /** How many places were declared. */
  readonly places?: number
  /** The names of the places that contain the token. */
  readonly holders?: readonly string[]
  readonly lagging: readonly string[]
  readonly verdicts: readonly string[]
  /** The verdicts that are not an acceptance. */
  readonly refusals: readonly string[]
  /** `unfinished`: it was interrupted, or changed only a part of the fleet. */
  readonly outcome: UpdateRecord["outcome"] | "unfinished"
  /** Describes how far it got, if it did not succeed. */
  readonly reached?: string
  /** The later result of a change that did not succeed. */
  readonly later?: { readonly is: "finished" | "taken back" | "overtaken"; readonly at: string }
  readonly sources: readonly (HistoryRecord["source"] | "state")[]
}
