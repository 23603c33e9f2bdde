import type { Command as Words } from "commander"
import { UserError } from "../core/errors.ts"

/** The one outline of every command; `main.ts` has the table. */
export interface Command<Options = object> {
  readonly name: string
  /** One line, for the table of `gatekey --help`. */
  readonly summary: string
  /** For `gatekey NAME --help`, before its options: what it does, and what its exit code means. */
  readonly description: string
  /** A whole command line, as one would paste it. */
  readonly example: string
  /** It only looks: whatever keeps it from that is neither clean nor a finding, and ends with 2. */
  readonly looks?: true
  /** Tells its arguments and options; whatever else is typed is refused. */
  define(words: Words): unknown
  /**
   * @param args the words that are no options
   * @returns the exit code: 0; of one that looks 1 if it found something, else 2 if something could not be checked
   * @throws Unseen for what cannot be looked at; UserError for what cannot be done
   */
  run(args: readonly string[], options: Options): Promise<0 | 1 | 2>
}

/** A command that looks could not: neither clean nor a finding. */
export class NotChecked extends UserError {
  override readonly name = "Unseen"
}

/** The error of a step that changed nothing, with the way to do it without us. */
export function advised(error: unknown, byHand: string): unknown {
  return error instanceof UserError
    ? new UserError(`${error.message.replace(/\.$/, "")}. Nothing was changed; by hand: ${byHand}`)
    : error
}
