import pLimit, { type LimitFunction } from "p-limit"
import { UserError } from "../../core/errors.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Answer, Script } from "../../probes/services/manager.ts"
import { answerIn } from "../../probes/services/script.ts"

/** Milliseconds for a look that says none of its own. */
const patience = 30_000

/** Looks at a time on one host: of more, each takes longer than it has, where the homes are many. */
const atATime = 4

const limits = new Map<string, LimitFunction>()

function limitOf(host: string): LimitFunction {
  const limit = limits.get(host) ?? pLimit(atATime)
  limits.set(host, limit)
  return limit
}

/**
 * Runs a look on a host.
 * @param input its standard input, the way for values
 * @throws Unreachable, and UserError when the look itself fails
 */
export async function runProbe(
  host: string,
  { script, args, timeout = patience }: Script,
  input?: Uint8Array,
): Promise<Answer> {
  const run = () => hostOf(host).run(script, { args, timeout, ...(input ? { input } : {}) })
  const { code, stdout, stderr } = await limitOf(host)(run)
  if (code === null) throw new UserError(`${host}: the check took longer than ${timeout / 1000} s`)
  const answer = code === 0 ? answerIn(stdout) : undefined
  if (answer) return answer
  throw new UserError(`${host}: the check failed: ${stderr.isEmpty ? `it ended with ${code}` : stderr.lastLine}`)
}
