import { UserError } from "../../core/errors.ts"
import { Foreign } from "../../core/foreign.ts"
import { runProgram as run } from "../../processes/run.ts"
import { withProgress } from "../progress.ts"

/** The largest standard output and standard error, in bytes. */
const mostPrinted = 256 * 1024 * 1024
const mostErrors = 1024 * 1024

export interface ProcessResult {
  /** Null if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  /** The last error line of its standard error. */
  readonly reason: Foreign
}

/**
 * Runs a program of the user to its end, with the user's environment and terminal, because git may ask for a passphrase.
 * @throws UserError if it is missing, or prints too much; a failure of the program does not throw
 */
export async function runProgram(folder: string, program: string, ...args: readonly string[]): Promise<ProcessResult> {
  const verb = args.find((arg) => !arg.startsWith("-")) ?? ""
  const running = run([program, ...args], {
    folder,
    terminal: true,
    maxOutput: mostPrinted,
    maxErrorOutput: mostErrors,
  })
  const { code, stdout, stderr, failure } = await withProgress(() => `waiting for ${program} ${verb}`, running)
  if (failure?.kind === "much") throw new UserError(`${program} printed more than ${mostPrinted / 1_048_576} MB`)
  if (failure?.kind === "missing") throw new UserError(`${program} is not on PATH`)
  if (failure?.kind === "start") throw new UserError(failure.message)
  return { code, stdout: stdout.toString(), reason: new Foreign(lastErrorLine(stderr) || `it ended with ${code}`) }
}

const mark = /^(?:error|fatal): /

/** Returns the error's line (of a push: why the ref was rejected), without the credentials in a URL; empty if there is none. */
function lastErrorLine(stderr: Foreign): string {
  const lines = stderr
    .raw()
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "")
  const rejected = lines.find((line) => line.startsWith(" ! ["))
  const line = rejected ?? lines.findLast((line) => mark.test(line)) ?? lines.at(-1) ?? ""
  return line
    .trim()
    .replace(mark, "")
    .replace(/:\/\/[^/@\s]*@/g, "://")
}
