import { runProgram } from "../../processes/run.ts"
import { maxErrorBytes } from "../file.ts"

/** Milliseconds after the exit of ssh in which a child of it (a jump) may keep its stderr open. */
const patienceMilliseconds = 100

/** Returns the environment of an ssh that has no terminal, so that a jump, which does not get the BatchMode, cannot prompt during a run. */
export function sshEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, SSH_ASKPASS_REQUIRE: "never" }
}

/** Runs ssh, and returns its stderr at its end or the timeout. */
export async function readSshErrors(args: readonly string[], milliseconds: number): Promise<string> {
  const { stderr } = await runProgram(["ssh", ...args], {
    environment: sshEnvironment(),
    timeout: milliseconds,
    maxOutput: maxErrorBytes,
    maxErrorOutput: maxErrorBytes,
    patience: patienceMilliseconds,
  })
  return stderr.raw()
}
