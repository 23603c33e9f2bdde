/** What a look at a place saw; stable, for machines. */
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

/** `message` says what the place holds, in words, without any value. */
export interface Finding {
  readonly code: Code
  readonly message: string
  /** It is a reference that gatekey did not write; where it leads belongs to whoever wrote it. */
  readonly foreignReference?: true
}
