import type { Secret } from "../../core/secret.ts"
import type { ProcessService } from "../../probes/listeners/snapshot.ts"
import type { ProductName, Role } from "../../products/product.ts"
import type { Kind } from "./kinds.ts"
import type { Options } from "./options.ts"

/** What one look at a home tells of what is where. */
export interface HomeSnapshot {
  /** Absolute. */
  readonly home: string
  /** The same without links. */
  readonly real: string
  readonly uid: number
  readonly user: string
  /** Whose home it is. */
  readonly owner: number
  /** What the machine calls itself, and where it is reached. */
  readonly name: string
  readonly addresses: readonly string[]
  /** How it is called where several homes of its host are looked at: `studio (/home/me)`. */
  readonly label?: string
  /** The host's clock: seconds since 1970. */
  readonly now: number
  readonly system: string
  readonly files: readonly File[]
  /** Lines of the user's crontab that name a product. */
  readonly crontab: readonly string[]
  /** What a user's manager gives to all that it starts. */
  readonly session: readonly GivenVariable[]
  readonly processes: readonly Process[]
  /** Of which no more is known than the product: one of its commands, or a gateway that is starting. */
  readonly unnamed?: readonly Process[]
  /** The user's `XDG_RUNTIME_DIR`. */
  readonly runtime?: string
  /** Instances of templates that are enabled: `openclaw@work.service`. */
  readonly instances?: readonly string[]
}

/** A file that may hold a token. */
export interface File {
  readonly kind: Kind
  readonly path: string
  readonly product?: ProductName
  readonly role?: Role
  /** Where its path does not tell it: of which member it is one. */
  readonly profile?: string
  /** Permission bits, of a link its own. */
  readonly mode: number
  readonly uid: number
  readonly links: number
  /** When it was written: seconds since 1970. */
  readonly mtime: number
  readonly isLink: boolean
  /** The permissions of the file where a link leads. */
  readonly targetMode?: number
  /** The Compose file that names it. */
  readonly project?: string
  /** Of a file of variables: quotes and dollars are letters like any other. */
  readonly isRaw?: true
  /** Where a unit that is a link leads. */
  readonly target?: string
}

/** A variable with its value, and who gives it. */
export interface GivenVariable {
  readonly by: string
  readonly variable: string
  readonly value: Secret
}

/** A live gateway or node. Its words and its environment are kept for what of them concerns us. */
export interface Process extends Options {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  readonly product: ProductName
  readonly role: Role
  /** Seconds since 1970. */
  readonly started: number | undefined
  readonly service: ProcessService | undefined
  /** Whether it lives in a container, or elsewhere with another home at the same path. */
  readonly apart: boolean
  /** Whether its environment could be seen. */
  readonly seen: boolean
  /** Whether its arguments could be seen: openclaw hides them behind its name. */
  readonly argumentsSeen: boolean
  readonly environment: ReadonlyMap<string, Secret>
  /** Further variables that were looked for: those that a config names in place of a token. */
  readonly named?: readonly string[]
  /** The folder in which it was started, if that could be seen. */
  readonly folder?: string
  /** The TCP ports on which it listens, as far as they could be seen. */
  readonly listens?: readonly number[]
  /** Absolute, without links where it is there. */
  readonly home: string | undefined
}
