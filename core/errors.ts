/**
 * An error for the user: what is wrong, where, and the fix; shown without a stack.
 * Never contains a value read from a place.
 */
export class UserError extends Error {
  override readonly name: string = "UserError"
  /** What the message names already. */
  readonly names: "host" | "place" | undefined

  constructor(message: string, names?: "host" | "place") {
    super(message)
    this.names = names
  }
}

/** A host cannot be reached; the message has the host, the reason and the fix. */
export class Unreachable extends UserError {
  override readonly name = "Unreachable"
  /** Such as `timed out after 10 s`. */
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message, "host")
    this.reason = reason
  }
}

/** A connection to an address failed. */
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

/** A problem of a file's content, found by a format module; without the path, which the caller knows. */
export class PlaceError extends UserError {
  override readonly name = "PlaceError"
  readonly problem: PlaceProblem

  constructor(problem: PlaceProblem, message: string) {
    super(message)
    this.problem = problem
  }
}
