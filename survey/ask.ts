import { UserError } from "../core/errors.ts"
import { hostOf } from "../hosts/index.ts"
import type { Answer, Script } from "../services/manager.ts"
import { answerIn } from "../services/script.ts"

/** Milliseconds for a look that says none of its own. */
const patience = 30_000

/**
 * Runs a look on a host.
 * @param input its standard input, the way for values
 * @throws Unreachable, and UserError when the look itself fails
 */
export async function ask(
  host: string,
  { script, args, timeout = patience }: Script,
  input?: Uint8Array,
): Promise<Answer> {
  const { code, stdout, stderr } = await hostOf(host).run(script, { args, timeout, ...(input ? { input } : {}) })
  if (code === null) throw new UserError(`${host}: the look took longer than ${timeout / 1000} s`)
  const answer = code === 0 ? answerIn(stdout) : undefined
  if (answer) return answer
  throw new UserError(`${host}: the look failed: ${stderr.isEmpty ? `it ended with ${code}` : stderr.lastLine}`)
}
