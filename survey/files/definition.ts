import type { Running } from "../../probes/listeners/command.ts"
import type { Located } from "./located.ts"
import type { Options } from "./options.ts"
import type { Assignment } from "./units/environment.ts"

/** A service by its definition's file. */
export interface Definition {
  readonly manager: "launchd" | "systemd"
  /** The label or the unit. */
  readonly name: string
  readonly path: string
  /** The machine's, not a user's. */
  readonly system: boolean
  /** What it starts, where that is a product's. */
  readonly running?: Running
  readonly options?: Options
  /** Its own words do not say what it starts: its name does, or a script that it gives to a shell. */
  readonly isWrapped?: true
  /** The program that it starts, of which only the service's name tells whose it is. */
  readonly program?: string
  /** Why its words do not tell which credential it gives, a clause each. */
  readonly unknown?: readonly string[]
  /** Where that has its files, as far as the definition and its drop-ins say. */
  readonly located?: Located
  /** The gateway's, by its environment. */
  readonly port?: number
  /** As whom the machine's own starts it: `User=`, `UserName`. */
  readonly user?: string
  /** A unit's: its own file, its drop-ins, and its files of variables. */
  readonly parts?: readonly string[]
  readonly reads?: readonly string[]
  /** What a unit as a whole gives for a variable or a flag, what counts first. */
  readonly given?: (locator: string) => readonly Assignment[]
  /** Whether a unit takes a variable away that its manager would give it. */
  readonly unsets?: (variable: string) => boolean
}
