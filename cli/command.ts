import { type ParseArgsOptionsConfig, parseArgs } from "node:util"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"

/** The one outline of every command. */
export interface Command {
  /** For the table of `gatekey --help`. */
  readonly summary: string
  readonly help: string
  /**
   * @returns the exit code: 0, or 1 where it is one that looks, and found something
   * @throws UsageError for arguments that are none; Unseen for what cannot be looked at; UserError for what cannot be done
   */
  run(args: readonly string[]): Promise<0 | 1>
}

/** The words after the command's name make no sense. */
export class UsageError extends UserError {
  override readonly name = "UsageError"
}

/** A command that looks could not: neither clean nor a finding. */
export class Unseen extends UserError {
  override readonly name = "Unseen"
}

/** The values of a command's options; it takes no other words. */
export function optionsIn<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  return wordsIn(args, options, false).values
}

/** The same with the other words. */
export function wordsIn<const O extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: O,
  allowPositionals = true,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals })
  } catch (error) {
    // Node goes on with advice that is not ours.
    const [first = ""] = (error as Error).message.split(/\. |\n/)
    throw new UsageError(shown(first))
  }
}

/** The error of a step that changed nothing, with the way to do it without us. */
export function advised(error: unknown, byHand: string): unknown {
  return error instanceof UserError ? new UserError(`${error.message}. Nothing was changed; by hand: ${byHand}`) : error
}
