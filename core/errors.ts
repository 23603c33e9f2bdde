/**
 * An error for the user: says what is wrong, where, and what mends it; shown without a stack.
 * Never carries a value read from a place.
 */
export class UserError extends Error {
  override readonly name: string = "UserError"
}

/** Nothing can be done on a host: a finding of the whole host, whose message names it, the reason and the way out. */
export class Unreachable extends UserError {
  override readonly name = "Unreachable"
  /** In words, such as `timed out after 10 s`. */
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

/** No connection to an address came about. */
export class NoConnection extends UserError {
  override readonly name = "NoConnection"
  /** The system's code, such as `ECONNREFUSED` or `ETIMEDOUT`. */
  readonly code: string | undefined

  constructor(message: string, code: string | undefined) {
    super(message)
    this.code = code
  }
}

/** Why a place cannot be read or written. */
export type PlaceProblem = "unparsable" | "several-documents" | "wrong-shape" | "unwritable-value" | "bad-locator"

/** A problem of one file's content, as a format module sees it: text only, no path (the caller knows it). */
export class PlaceError extends UserError {
  override readonly name = "PlaceError"
  readonly problem: PlaceProblem

  constructor(problem: PlaceProblem, message: string) {
    super(message)
    this.problem = problem
  }
}
