import type { GenerationChange } from "./generation-change.ts"

/** What is known after a part of the moments. */
export interface Course {
  readonly changes: readonly GenerationChange[]
  /** The changes that are not finished. */
  readonly open: readonly GenerationChange[]
  /** The index of the first change that the state may know: a destroy removed the earlier ones. */
  readonly since: number
  /** The last generation that was complete. */
  readonly inForce?: number
  /** The generation that was last written to places. */
  readonly tried?: number
  /** All generations that were complete. */
  readonly given: readonly number[]
}
