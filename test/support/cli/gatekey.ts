import { execFile } from "node:child_process"
import { dirname, join, resolve } from "node:path"
import { folder } from "../hosts/machine.ts"
import { expectValidOutput } from "./output-schema.ts"

const program = resolve(import.meta.dirname, "../../../cli/gatekey")

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * The command line as a user runs it, in a folder without a stack; while it runs, this process answers as well. What it
 * prints with --json is valid by its schema.
 * @param home what `~` means
 */
export async function gatekey(words: readonly string[], home = folder()): Promise<Outcome> {
  const outcome = await run(words, home)
  expectValidOutput(words, outcome.stdout)
  return outcome
}

function run(words: readonly string[], home: string): Promise<Outcome> {
  const { GATEKEY_SSH_CONFIG, TMPDIR } = process.env
  const env = {
    ...{ HOME: home, PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin` },
    ...(GATEKEY_SSH_CONFIG ? { GATEKEY_SSH_CONFIG } : {}),
    ...(TMPDIR ? { TMPDIR } : {}),
  }
  return new Promise((done) => {
    const cwd = join(folder())
    execFile(program, [...words], { cwd, env, timeout: 240_000 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    )
  })
}
