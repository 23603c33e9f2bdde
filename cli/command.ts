import type { Command as CommanderCommand } from "commander"
import { UserError } from "../core/errors.ts"

/** The outline of every command; `main.ts` has the table. */
export interface Command<Options = object> {
  readonly name: string
  /** One line, for the table of `gatekey --help`. */
  readonly summary: string
  /** For `gatekey NAME --help`, before its options: what it does, and its exit codes. */
  readonly description: string
  /** A whole command line, ready to paste. */
  readonly example: string
  /** It only checks: an obstacle is neither clean nor a finding, and ends with 2. */
  readonly checksOnly?: true
  /** Declares its arguments and options; anything else is rejected. */
  define(command: CommanderCommand): unknown
  /** Loads what it does, from `run.ts` beside it: the start of one command does not wait for the others' modules. */
  load(): Promise<{ readonly run: Run<Options> }>
}

/**
 * Runs a command.
 * @param args the arguments without the options
 * @param self the declared command, whose parent has all of them
 * @returns the exit code: 0; of a check, 1 if it found something, else 2 if something could not be checked
 * @throws NotChecked for what cannot be checked; UserError for what cannot be done
 */
export type Run<Options = object> = (
  args: readonly string[],
  options: Options,
  self: CommanderCommand,
) => Promise<0 | 1 | 2>

/** Something could not be checked: neither clean nor a finding. */
export class NotChecked extends UserError {
  override readonly name = "NotChecked"
}

/** Adds the manual command to the error of a step that changed nothing. */
export function withManualCommand(error: unknown, byHand: string): unknown {
  return error instanceof UserError
    ? new UserError(`${error.message.replace(/\.$/, "")}. Nothing was changed; by hand: ${byHand}`)
    : error
}
