import type { Code } from "../../../core/finding.ts"

/** What was found, as data, for policies: a planned `holds` does not contain it. */
export interface PlaceState {
  readonly found: Code
  /** Whether it contains a value that other users can read or change. */
  readonly open: boolean
  /** It contains a reference that gatekey did not write. */
  readonly foreignReference?: true
}
