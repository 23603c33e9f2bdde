import type { Change } from "./known-change.ts"

/** What is known after some of the moments. */
export interface Course {
  readonly changes: readonly Change[]
  /** Those that wait to be finished. */
  readonly open: readonly Change[]
  /** Where those begin that the state may know of: all before was removed. */
  readonly since: number
  /** The generation that was last through. */
  readonly inForce?: number
  /** The one that places were last led to. */
  readonly tried?: number
  /** All that were through. */
  readonly given: readonly number[]
}
