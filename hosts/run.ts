import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"
import { runProgram } from "../processes/run.ts"
import { describeTooMuch, maxErrorBytes, maxOutputBytes } from "./file.ts"
import type { ScriptOptions, ScriptResult } from "./host.ts"

const defaultTimeout = 30_000

interface Limits {
  /** Bytes of its output. */
  readonly most?: number
  /** Set for a change: a cancelled run does not interrupt it. */
  readonly patient?: boolean
}

/**
 * Runs a script on this machine by /bin/sh.
 * @throws UserError if it prints too much, or the run is over
 */
export async function runScriptLocally(
  script: string,
  options: ScriptOptions = {},
  limits: Limits = {},
): Promise<ScriptResult> {
  const { args = [], input, timeout = defaultTimeout } = options
  const { most = maxOutputBytes, patient = false } = limits
  const { failure, ...ran } = await runProgram(["/bin/sh", "-c", script, "gatekey", ...args], {
    input: input ?? "",
    timeout,
    maxOutput: most,
    maxErrorOutput: maxErrorBytes,
    ...(patient ? { writes: "outlives" as const } : {}),
  })
  if (failure?.kind === "run over") throw new UserError("local: the run was cancelled", "host")
  if (failure?.kind === "much") throw new UserError(`local: a script ${describeTooMuch(most)}`, "host")
  return failure?.kind === "start" || failure?.kind === "missing"
    ? { ...ran, stderr: new Foreign(failure.message) }
    : ran
}
