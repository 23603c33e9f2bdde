import type { Secret } from "../../core/secret.ts"
import type { ProcessService } from "../../probes/listeners/snapshot.ts"
import type { ProductName, Role } from "../../products/product.ts"
import type { Kind } from "./kinds.ts"
import type { Options } from "./options.ts"

/** The answer of the home's script. */
export interface HomeSnapshot {
  /** Absolute. */
  readonly home: string
  /** The home without links. */
  readonly real: string
  readonly uid: number
  readonly user: string
  /** The owner of the home. */
  readonly owner: number
  /** The machine's own name and addresses. */
  readonly name: string
  readonly addresses: readonly string[]
  /** Its name if several homes of its host are surveyed: `studio (/home/me)`. */
  readonly label?: string
  /** The host's clock: seconds since 1970. */
  readonly now: number
  readonly system: string
  readonly files: readonly File[]
  /** Lines of the user's crontab that name a product. */
  readonly crontab: readonly string[]
  /** Variables that a user's manager sets for everything that it starts. */
  readonly session: readonly GivenVariable[]
  readonly processes: readonly Process[]
  /** Processes of which only the product is known: a command, or a starting gateway. */
  readonly unnamed?: readonly Process[]
  /** The user's `XDG_RUNTIME_DIR`. */
  readonly runtime?: string
  /** Instances of templates that are enabled: `openclaw@work.service`. */
  readonly instances?: readonly string[]
}

/** A file that may contain a token. */
export interface File {
  readonly kind: Kind
  readonly path: string
  readonly product?: ProductName
  readonly role?: Role
  /** The member's profile, if the path does not contain it. */
  readonly profile?: string
  /** Permission bits; for a link, the link's own. */
  readonly mode: number
  readonly uid: number
  readonly links: number
  /** When it was written: seconds since 1970. */
  readonly mtime: number
  readonly isLink: boolean
  /** The permissions of a link's target. */
  readonly targetMode?: number
  /** The Compose file that names it. */
  readonly project?: string
  /** An environment file in which quotes and dollars are plain characters. */
  readonly isRaw?: true
  /** The target of a unit that is a link. */
  readonly target?: string
}

/** A variable with its value, and what sets it. */
export interface GivenVariable {
  readonly by: string
  readonly variable: string
  readonly value: Secret
}

/** A live gateway or node, with the relevant parts of its arguments and environment. */
export interface Process extends Options {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  readonly product: ProductName
  readonly role: Role
  /** Seconds since 1970. */
  readonly started: number | undefined
  readonly service: ProcessService | undefined
  /** Whether it runs in a container, or with another home at the same path. */
  readonly apart: boolean
  /** Whether its environment could be read. */
  readonly seen: boolean
  /** Whether its arguments could be read: openclaw hides them behind its name. */
  readonly argumentsSeen: boolean
  readonly environment: ReadonlyMap<string, Secret>
  /** Other variables that were read: those that a config names in place of a token. */
  readonly named?: readonly string[]
  /** The folder in which it was started, if known. */
  readonly folder?: string
  /** The TCP ports on which it listens, as far as known. */
  readonly listens?: readonly number[]
  /** Absolute, without links if it exists. */
  readonly home: string | undefined
}
