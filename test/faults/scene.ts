import type { Connect } from "../doubles/connect/server.ts"
import type { Managed, ManagedType } from "../support/engine/managed.ts"
import type { Plugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import type { Farm } from "../support/hosts/ssh-farm.ts"

export type Operation = "create" | "update" | "delete"

/** A resource type and what happens to it. */
export interface Scene {
  readonly name: string
  readonly type: ManagedType
  readonly operation: Operation
  /** Who else has to be there for it. */
  readonly needs?: "farm" | "vault" | "gateway"
  /** Whether each step is tried with each error; else with one in turn. */
  readonly isThorough?: boolean
  /** Lays what is there before, and does what comes before the operation. */
  prepare(world: World): Promise<Stage>
}

/** What all scenes have: a Token in its second generation, an Authority, and a run that heals. */
export interface World {
  readonly healer: Plugin
  readonly token: Managed
  readonly authority: Managed
  /** What was bound to the Token in its first generation. */
  readonly first: Raw
  /** The values of the generations, from the first. */
  readonly values: readonly string[]
  readonly farm: () => Farm
  readonly vault: () => Connect
}

/** One scene in a folder of its own. */
export interface Stage {
  /** Whose files are compared, and whose calls are steps. */
  readonly folder: string
  /** The same folder as the traced processes name it. Default: `folder`. */
  readonly seenAs?: string
  readonly one: Managed
  /** What it shall be. */
  readonly news: Raw
  /** Ports of those who answer: connecting to them and writing to them are steps. Default: none. */
  readonly ports?: readonly number[]
  /** Who else is traced, by process ids; alone, if a fault is one of its steps. Default: nobody. */
  readonly others?: () => readonly number[]
  /** Whether the provider and what it starts are not traced. Default: false. */
  readonly isElsewhere?: boolean
  /** Names of files that only a running process has. Default: none. */
  readonly ignores?: RegExp
  /** Called when the operation begins. */
  readonly begins?: () => void
  /** Lists what else may go wrong; of a first stage, once the operation was done without a fault. Default: nothing. */
  readonly conditions?: () => readonly Condition[]
  /** Finds what is wrong after the next `up`. Default: nothing is looked at but the files. */
  readonly check?: () => Promise<readonly string[]> | readonly string[]
  remove(): Promise<void> | void
}

/** What goes wrong outside of the provider while it works. */
export interface Condition {
  readonly name: string
  /** Begins it. @returns what ends it */
  begin(): (() => Promise<void> | void) | Promise<() => Promise<void> | void>
}
