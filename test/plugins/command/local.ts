import { failure, type Inputs, type Log, type Printed, run } from "./run.ts"

/**
 * local/commandOutputs.go, run: `/bin/sh -c`, in the plugin's folder, with the plugin's environment and, unless told
 * otherwise, what the command printed the last time.
 */
export async function runLocal(command: string, inputs: Inputs, before: Printed, log: Log): Promise<Printed> {
  const { interpreter = [], environment = {}, dir = process.cwd(), addPreviousOutputInEnv = true } = inputs
  const words = [...(interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"]), command]
  const previous = {
    ...(before.stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: before.stdout }),
    ...(before.stderr === "" ? {} : { PULUMI_COMMAND_STDERR: before.stderr }),
  }
  const env = { ...process.env, ...environment, ...(addPreviousOutputInEnv ? previous : {}) }
  const ended = await run(words, inputs, log, { cwd: dir, env })
  if (ended.signal !== null) throw failure(`signal: ${ended.signal}`, command, ended)
  if (ended.code !== 0) throw failure(`exit status ${ended.code}`, command, ended)
  return { stdout: ended.stdout, stderr: ended.stderr }
}
