import { spawn } from "node:child_process"
import { endsWithRun, isRunOver } from "../core/ending.ts"
import { errorCode } from "../core/errno.ts"
import { shown } from "../core/escape.ts"
import { Foreign } from "../core/foreign.ts"
import { Gathered } from "../core/gathered.ts"

const graceMilliseconds = 1000

export interface ProgramCall {
  readonly environment?: NodeJS.ProcessEnv
  /** Its standard input. Default: there is none. */
  readonly input?: string | Uint8Array
  /** Milliseconds until it is killed, with all that it started. */
  readonly patience: number
  /** Bytes of output, at which it is killed as well. */
  readonly most: number
  /** Bytes of its standard error that are kept. Default: at `most` it is killed. */
  readonly mostSaid?: number
  /** It writes: a cancelled run does not cut it short (`changes`), nor does the end of this process (`outlives`). */
  readonly writes?: "changes" | "outlives"
}

export interface ProgramResult {
  /** Null when it did not come to its end. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: Foreign
  /** Why it did not. */
  readonly trouble?: {
    readonly kind: "run over" | "time" | "much" | "missing" | "start" | "signal"
    readonly words: string
  }
}

/** Runs a program, without a shell, to its end. Never throws for what it does, or for that it is not there. */
export async function run([program = "", ...args]: readonly string[], asked: ProgramCall): Promise<ProgramResult> {
  const { environment = process.env, input, patience, most, mostSaid, writes } = asked
  const over = { kind: "run over", words: "the run was ended" } as const
  if (isRunOver()) return { code: null, stdout: Buffer.alloc(0), stderr: new Foreign(""), trouble: over }
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: environment,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      // A group of its own: what it started ends with it.
      detached: true,
    })
    const stdout = new Gathered(most)
    const stderr = new Gathered(mostSaid ?? most)
    let trouble: ProgramResult["trouble"]
    const end = (why: ProgramResult["trouble"]) => {
      trouble ??= why
      killGroup(child.pid)
      // What left the group may hold the pipes open.
      setTimeout(() => done(null), graceMilliseconds).unref()
    }
    const late = () => end({ kind: "time", words: `it did not end within ${patience / 1000} s` })
    const timer = setTimeout(late, patience)
    const forget = writes === "outlives" ? () => {} : endsWithRun(() => end(over), writes === "changes")
    const much = () => end({ kind: "much", words: `it printed more than ${most / 1024} KiB` })
    const done = (code: number | null) => {
      clearTimeout(timer)
      forget()
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
      const said = { stdout: stdout.bytes, stderr: new Foreign(stderr.text) }
      resolve(trouble === undefined ? { code, ...said } : { code: null, ...said, trouble })
    }
    child.stdout?.on("data", (chunk) => stdout.add(chunk) || much())
    child.stderr?.on("data", (chunk) => stderr.add(chunk) || mostSaid !== undefined || much())
    // A program that ends without reading closes the pipe under us.
    child.stdin?.on("error", () => {})
    child.on("error", (error) => {
      trouble ??= {
        kind: errorCode(error) === "ENOENT" ? "missing" : "start",
        words: `${shown(program)} ${notStarted(error)}`,
      }
      done(null)
    })
    child.on("close", (code, signal) => {
      if (signal) trouble ??= { kind: "signal", words: `it was ended by ${signal}` }
      done(code)
    })
    child.stdin?.end(input)
  })
}

/** The environment, without what opens the stack's state or tells of the account: no vault has any use for it. */
export function forOthers(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:PULUMI_CONFIG_PASSPHRASE|EVENTS_API_TOKEN)/.test(name)),
  )
}

function notStarted(error: unknown): string {
  const code = errorCode(error)
  if (code === "ENOENT") return "is not installed, or not on PATH"
  if (code === "EACCES") return "may not be executed"
  return `could not be started (${code})`
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}
