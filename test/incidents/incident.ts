import type { Role } from "../../products/product.ts"
import type { Fleet } from "./fleet.ts"

/** A fault of one kind, done to a real system, and what must be said of it. */
export interface Incident {
  readonly id: string
  /** One sentence: what has happened. */
  readonly title: string
  readonly fleet: "openclaw" | "clawdbot"
  /** Where it can happen. */
  readonly platforms: readonly ("linux" | "macos")[]
  /** What it needs besides the fleet. */
  readonly needs?: "docker"
  /** The member whose host is looked at by `scan`, and by the product's own tools. */
  readonly at: Role
  /** A folder in place of the user's home on that host, below it. */
  readonly home?: string
  /** Whom `break` starts anew; who was mended before, and is not among them, is started anew first. */
  readonly restarts?: readonly Role[]
  /** Breaks the fleet in this one way, and waits until it shows. */
  break(fleet: Fleet): Promise<Broken>
  /** What must be said in the first lines, each of several; a text instead says why it cannot be. */
  readonly cause: { readonly [tool in Ours]: RegExp | readonly RegExp[] | string }
  /** The exit code of `scan` and `doctor`, if it is not 1. */
  readonly ends?: 2
  /** What counts as named by the product's own tools. */
  readonly own: RegExp
}

/** The lines in which a cause is; nothing where not all of it is named. */
export function linesOf(cause: RegExp | readonly RegExp[], lines: readonly string[]): readonly string[] | undefined {
  const found = [cause].flat().map((words) => lines.find((line) => words.test(line)))
  return found.every((line) => line !== undefined) ? found : undefined
}

export const ours = ["scan", "doctor", "preview"] as const
export type Ours = (typeof ours)[number]

/** All that is asked of an incident: ours, the command of a user, the products' own diagnosis. */
export const tools = [...ours, "user", "own"] as const
export type Tool = (typeof tools)[number]

export interface Broken {
  /** Puts right what was broken. */
  mend(): void | Promise<void>
  /** Who has to be started anew then, before all is as it was. */
  readonly restarts?: readonly Role[]
}
