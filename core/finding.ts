/** The state of a place, as a stable code for machines. */
export type Code =
  | "current"
  | "previous"
  | "older"
  | "next"
  | "default"
  | "foreign"
  | "reference"
  | "missing"
  | "no-file"
  | "unreadable"
  | "unreachable"
  | "too-open"
  | "leftover"
  | "duplicate"

/** The state of a place; `message` describes its content without any value. */
export interface Finding {
  readonly code: Code
  readonly message: string
  /** Set for a reference that gatekey did not write; its target is not gatekey's. */
  readonly foreignReference?: true
}
