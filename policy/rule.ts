import type { Subject } from "./subject.ts"

/** The one outline of every policy: pure. */
export interface Rule {
  readonly name: string
  /** What must not be, in a sentence. */
  readonly description: string
  /** What the user's own configuration may change. */
  readonly level: "advisory" | "mandatory"
  /** Its own settings, each a JSON schema with its default. */
  readonly settings?: { readonly [name: string]: Setting }
  /** All that is wrong in a whole stack: what each resource is, or will be after the `up`. */
  judge(stack: readonly Subject[], settings: PolicySettings): readonly Violation[]
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
  readonly of: Subject
  /** What is wrong and what mends it; never a value, as these are shown and logged. */
  readonly message: string
}
