import type { ProductProcess } from "../../probes/listeners/command.ts"
import type { Located } from "./located.ts"
import type { Options } from "./options.ts"
import type { StartupShell } from "./shells/startup-shell.ts"
import type { Assignment } from "./units/environment.ts"

/** A service, defined by a file. */
export interface Definition {
  readonly manager: "launchd" | "systemd"
  /** The label or the unit. */
  readonly name: string
  readonly path: string
  /** It is the machine's, not a user's. */
  readonly system: boolean
  /** What it starts, if that is a product's. */
  readonly running?: ProductProcess
  readonly options?: Options
  /** Its command does not name the product: its name does, or a script that it passes to a shell. */
  readonly isWrapped?: true
  /** The program that it starts, if only the service's name reveals the product. */
  readonly program?: string
  /** Why its command does not reveal the credential, a clause each. */
  readonly unknown?: readonly string[]
  /** The shell of its command, if that reads startup files. */
  readonly shell?: StartupShell
  /** Where the program has its files, as far as the definition and its drop-ins tell. */
  readonly located?: Located
  /** The gateway's port, from its environment. */
  readonly port?: number
  /** The user that a machine's service runs as: `User=`, `UserName`. */
  readonly user?: string
  /** A unit's own file and drop-ins, and its environment files. */
  readonly parts?: readonly string[]
  readonly reads?: readonly string[]
  /** Returns what a whole unit sets for a variable or a flag; the first counts. */
  readonly given?: (locator: string) => readonly Assignment[]
  /** Checks whether a unit unsets a variable of its manager. */
  readonly unsets?: (variable: string) => boolean
}
