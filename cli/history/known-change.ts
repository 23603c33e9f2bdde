import type { HistoryRecord, Run } from "./record.ts"

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
  readonly sources: readonly (HistoryRecord["source"] | "state")[]
}
