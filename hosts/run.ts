import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"
import { runProgram } from "../vaults/program.ts"
import { mostPrinted, mostSaid, tooMuch } from "./file.ts"
import type { Ran, Run } from "./host.ts"

const defaultTimeout = 30_000

interface Limits {
  /** Bytes of its output. */
  readonly most?: number
  /** A change: what has begun is not cut short by a cancelled run. */
  readonly patient?: boolean
}

/**
 * A script on this machine, by its own /bin/sh.
 * @throws UserError when it prints too much, or the run is over
 */
export async function runLocally(script: string, options: Run = {}, limits: Limits = {}): Promise<Ran> {
  const { args = [], input, timeout = defaultTimeout } = options
  const { most = mostPrinted, patient = false } = limits
  const { failure, ...ran } = await runProgram(["/bin/sh", "-c", script, "gatekey", ...args], {
    input: input ?? "",
    timeout,
    maxOutput: most,
    maxErrorOutput: mostSaid,
    ...(patient ? { writes: "outlives" as const } : {}),
  })
  if (failure?.kind === "run over") throw new UserError("local: the run was cancelled")
  if (failure?.kind === "much") throw new UserError(`local: a script ${tooMuch(most)}`)
  return failure?.kind === "start" || failure?.kind === "missing"
    ? { ...ran, stderr: new Foreign(failure.message) }
    : ran
}
