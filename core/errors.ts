/**
 * An error for the user: says what is wrong, where, and what mends it; shown without a stack.
 * Never carries a value read from a place.
 */
export class UserError extends Error {
  override readonly name: string = "UserError"
}

/** Why a place cannot be read or written. */
export type PlaceProblem = "unparsable" | "wrong-shape" | "unwritable-value" | "bad-locator"

/** A problem of one file's content, as a format module sees it: text only, no path (the caller knows it). */
export class PlaceError extends UserError {
  override readonly name = "PlaceError"
  readonly problem: PlaceProblem

  constructor(problem: PlaceProblem, message: string) {
    super(message)
    this.problem = problem
  }
}
