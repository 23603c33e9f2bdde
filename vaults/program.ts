import { spawn } from "node:child_process"
import { isRunOver, registerWork } from "../core/ending.ts"
import { errorCode } from "../core/errno.ts"
import { shown } from "../core/escape.ts"
import { Foreign } from "../core/foreign.ts"
import { ByteCollector } from "../core/gathered.ts"

const graceMilliseconds = 1000

export interface ProgramCall {
  readonly environment?: NodeJS.ProcessEnv
  /** Default: none. */
  readonly input?: string | Uint8Array
  /** Milliseconds until its process group is killed. */
  readonly timeout: number
  /** Bytes of output; if it prints more it is killed. */
  readonly maxOutput: number
  /** Bytes of standard error that are kept. Default: it is killed at `maxOutput`. */
  readonly maxErrorOutput?: number
  /** Set if it writes: a cancelled run does not kill it (`changes`), nor does the end of this process (`outlives`). */
  readonly writes?: "changes" | "outlives"
}

export interface ProgramResult {
  /** Null if it did not exit. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: Foreign
  /** Why it did not exit. */
  readonly failure?: {
    readonly kind: "run over" | "time" | "much" | "missing" | "start" | "signal"
    readonly message: string
  }
}

/** Runs a program to its end, without a shell. Never throws, not even if it is not installed. */
export async function runProgram(
  [program = "", ...args]: readonly string[],
  call: ProgramCall,
): Promise<ProgramResult> {
  const { environment = process.env, input, timeout, maxOutput, maxErrorOutput, writes } = call
  const cancelled = { kind: "run over", words: "the run was ended" } as const
  if (isRunOver()) return { code: null, stdout: Buffer.alloc(0), stderr: new Foreign(""), failure: cancelled }
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: environment,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      // In a process group of its own, so that its children are killed with it.
      detached: true,
    })
    const stdout = new ByteCollector(maxOutput)
    const stderr = new ByteCollector(maxErrorOutput ?? maxOutput)
    let failure: ProgramResult["failure"]
    const end = (reason: ProgramResult["failure"]) => {
      failure ??= reason
      killGroup(child.pid)
      // A process that left the group may keep the pipes open.
      setTimeout(() => finish(null), graceMilliseconds).unref()
    }
    const expire = () => end({ kind: "time", message: `it did not end within ${timeout / 1000} s` })
    const timer = setTimeout(expire, timeout)
    const unregister = writes === "outlives" ? () => {} : registerWork(() => end(cancelled), writes === "changes")
    const exceed = () => end({ kind: "much", message: `it printed more than ${maxOutput / 1024} KiB` })
    const finish = (code: number | null) => {
      clearTimeout(timer)
      unregister()
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
      const output = { stdout: stdout.bytes, stderr: new Foreign(stderr.text) }
      resolve(failure === undefined ? { code, ...output } : { code: null, ...output, failure })
    }
    child.stdout?.on("data", (chunk) => stdout.add(chunk) || exceed())
    child.stderr?.on("data", (chunk) => stderr.add(chunk) || maxErrorOutput !== undefined || exceed())
    // A program that exits without reading its input closes the pipe.
    child.stdin?.on("error", () => {})
    child.on("error", (error) => {
      failure ??= {
        kind: errorCode(error) === "ENOENT" ? "missing" : "start",
        message: `${shown(program)} ${describeStartError(error)}`,
      }
      finish(null)
    })
    child.on("close", (code, signal) => {
      if (signal) failure ??= { kind: "signal", message: `it was ended by ${signal}` }
      finish(code)
    })
    child.stdin?.end(input)
  })
}

/** Removes the passphrase of the state and the token of the Events API from an environment: no vault needs them. */
export function omitStateSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:PULUMI_CONFIG_PASSPHRASE|EVENTS_API_TOKEN)/.test(name)),
  )
}

function describeStartError(error: unknown): string {
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
    // It has exited.
  }
}
