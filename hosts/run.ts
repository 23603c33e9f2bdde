import { spawn } from "node:child_process"
import { endsWithRun, isRunOver } from "../core/ending.ts"
import { UserError } from "../core/errors.ts"
import { Foreign } from "../core/foreign.ts"
import { Gathered } from "../core/gathered.ts"
import { mostPrinted, mostSaid, tooMuch } from "./file.ts"
import type { Ran, Run } from "./host.ts"

const defaultTimeout = 30_000
const graceMilliseconds = 1000

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
  return collect("/bin/sh", ["-c", script, "gatekey", ...args], { input: input ?? "", timeout, most, patient })
}

/** Runs a program to its end; one that takes longer than `timeout` (milliseconds) is killed, and its code is null. */
async function collect(
  program: string,
  args: readonly string[],
  {
    input,
    timeout,
    most,
    patient,
  }: Required<Limits> & { readonly input: Uint8Array | string; readonly timeout: number },
): Promise<Ran> {
  if (isRunOver()) throw cancelled()
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true })
    const stdout = new Gathered(most)
    const stderr = new Gathered(mostSaid)
    let refused: UserError | undefined
    const end = (reason?: UserError) => {
      refused ??= reason
      kill(child.pid)
      // What left the group may hold the pipes open.
      setTimeout(() => done(null), graceMilliseconds).unref()
    }
    const timer = setTimeout(end, timeout)
    const forget = patient ? () => {} : endsWithRun(() => end(cancelled()))
    const done = (code: number | null, more = "") => {
      clearTimeout(timer)
      forget()
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
      if (refused) reject(refused)
      else resolve({ code, stdout: stdout.bytes, stderr: new Foreign(stderr.text + more) })
    }
    child.stdout.on("data", (chunk) => {
      if (!stdout.add(chunk)) end(new UserError(`local: a script ${tooMuch(most)}`))
    })
    child.stderr.on("data", (chunk) => stderr.add(chunk))
    // A program that ends without reading closes the pipe under us.
    child.stdin.on("error", () => {})
    child.on("error", (error) => done(null, error.message))
    child.on("close", (code) => done(code))
    child.stdin.end(input)
  })
}

function cancelled(): UserError {
  return new UserError("local: the run was cancelled")
}

/** The program and whatever it started. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}
