import pLimit, { type LimitFunction } from "p-limit"
import { UserError } from "../../core/errors.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Answer, Script } from "../../probes/services/manager.ts"
import { parseTaggedAnswer } from "../../probes/services/script.ts"

/** The default time limit of a script, in milliseconds. */
const patience = 30_000

/** Scripts at a time on one host: with more, each would take longer than its limit. */
const atATime = 4

const limits = new Map<string, LimitFunction>()

function limitOf(host: string): LimitFunction {
  const limit = limits.get(host) ?? pLimit(atATime)
  limits.set(host, limit)
  return limit
}

/**
 * Runs a script on a host and parses its tagged answer.
 * @param input its standard input, by which values are passed
 * @throws Unreachable, and UserError if the script fails
 */
export function runProbe(host: string, script: Script, input?: Uint8Array): Promise<Answer> {
  return runScript(host, script, parseTaggedAnswer, input)
}

/**
 * Runs a script on a host and parses its standard output.
 * @param parse returns undefined if the output was cut off
 * @throws Unreachable, and UserError if the script fails
 */
export async function runScript<Result>(
  host: string,
  { script, args, timeout = patience }: Script,
  parse: (stdout: Uint8Array) => Result | undefined,
  input?: Uint8Array,
): Promise<Result> {
  const run = () => hostOf(host).run(script, { args, timeout, ...(input ? { input } : {}) })
  const { code, stdout, stderr } = await limitOf(host)(run)
  if (code === null) throw new UserError(`${host}: the check took longer than ${timeout / 1000} s`, "host")
  const answer = code === 0 ? parse(stdout) : undefined
  if (answer !== undefined) return answer
  throw new UserError(
    `${host}: the check failed: ${stderr.isEmpty ? `it ended with ${code}` : stderr.lastLine}`,
    "host",
  )
}
