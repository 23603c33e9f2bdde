import type { Subject } from "./subject.ts"

/** The outline of every policy: a pure function. */
export interface Rule {
  readonly name: string
  /** The requirement, in a sentence. */
  readonly description: string
  /** How to satisfy it; the message of a violation is more precise. */
  readonly fix: string
  /** The default level; a user's configuration may change it. */
  readonly level: "advisory" | "mandatory"
  /** The settings, each a JSON schema with its default. */
  readonly settings?: { readonly [name: string]: Setting }
  /** Reports every violation in a stack, whose resources are as they will be after the `up`. */
  evaluate(stack: readonly Subject[], settings: PolicySettings): readonly Violation[]
}

interface Setting {
  readonly type: "string" | "array"
  readonly description: string
  readonly default: string | string[]
  readonly pattern?: string
  readonly enum?: string[]
  readonly items?: { readonly type: "string"; readonly pattern?: string }
}

export type PolicySettings = Readonly<Record<string, unknown>>

export interface Violation {
  readonly subject: Subject
  /** Says what was found and how to fix it; never a value, as messages are shown and logged. */
  readonly message: string
}
