import { spawn } from "node:child_process"
import { errorCode } from "../core/errno.ts"
import { shown } from "../core/escape.ts"

export interface Asked {
  readonly environment: NodeJS.ProcessEnv
  /** Its standard input. Default: there is none. */
  readonly input?: string
  /** Milliseconds until it is killed, with all that it started. */
  readonly patience: number
  /** Bytes of output, at which it is killed as well. */
  readonly most: number
}

export interface Ended {
  /** Null when it did not come to its end. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
  /** Why it did not, in words. */
  readonly trouble?: string
}

/** Runs a program, without a shell, to its end. Never throws for what it does, or for that it is not there. */
export async function run([program = "", ...args]: readonly string[], asked: Asked): Promise<Ended> {
  const { environment, input, patience, most } = asked
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: environment,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      // A group of its own: what it started ends with it.
      detached: true,
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let trouble: string | undefined
    const end = (why: string) => {
      trouble ??= why
      killGroup(child.pid)
    }
    const timer = setTimeout(() => end(`it did not end within ${patience / 1000} s`), patience)
    const collect = (into: Buffer[]) => {
      let size = 0
      return (chunk: Buffer) => {
        size += chunk.length
        if (size > most) end(`it printed more than ${most / 1024} KiB`)
        else into.push(chunk)
      }
    }
    const done = (code: number | null) => {
      clearTimeout(timer)
      const said = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
      resolve(trouble === undefined ? { code, ...said } : { code: null, ...said, trouble })
    }
    child.stdout?.on("data", collect(stdout))
    child.stderr?.on("data", collect(stderr))
    // A program that ends without reading closes the pipe under us.
    child.stdin?.on("error", () => {})
    child.on("error", (error) => {
      trouble ??= `${shown(program)} ${notStarted(error)}`
      done(null)
    })
    child.on("close", (code, signal) => {
      if (signal) trouble ??= `it was ended by ${signal}`
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
