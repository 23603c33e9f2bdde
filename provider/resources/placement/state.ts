import type { Code } from "../../../core/finding.ts"

/** What a look saw, as data, for who judges a whole stack: a planned `holds` does not tell it. */
export interface PlaceState {
  readonly found: Code
  /** Whether a value stands there that others can read or change. */
  readonly open: boolean
  /** What stands there is a reference that gatekey did not write. */
  readonly foreignReference?: true
}
