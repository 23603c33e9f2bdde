import { spawn } from "node:child_process"
import { isRunOver, registerWork } from "../../core/ending.ts"
import { UserError } from "../../core/errors.ts"
import { Foreign } from "../../core/foreign.ts"
import { ByteCollector } from "../../core/gathered.ts"
import { listDescendants } from "../../hosts/descendants.ts"
import { withProgress } from "../progress.ts"

/** The largest standard output and standard error, in bytes. */
const mostPrinted = 256 * 1024 * 1024
const mostErrors = 1024 * 1024

export interface ProcessResult {
  /** Null if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  /** The last error line of its standard error. */
  readonly reason: Foreign
}

/**
 * Runs a program of the user to its end, with the user's environment and terminal, because git may ask for a passphrase.
 * @throws UserError if it is missing; a failure of the program does not throw
 */
export function runProgram(folder: string, program: string, ...args: readonly string[]): Promise<ProcessResult> {
  const verb = args.find((arg) => !arg.startsWith("-")) ?? ""
  return withProgress(() => `waiting for ${program} ${verb}`, start(folder, program, args))
}

function start(folder: string, program: string, args: readonly string[]): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ["inherit", "pipe", "pipe"] })
    const stdout = new ByteCollector(mostPrinted)
    const stderr = new ByteCollector(mostErrors)
    let left: readonly number[] | undefined = isRunOver() ? [] : undefined
    // First SIGTERM, because it may have to release a lock; then SIGKILL, also to all that it started: the program first,
    // because a shell whose child ends would go on and succeed.
    const forget = registerWork(() => {
      const started = child.pid === undefined ? [] : listDescendants(child.pid)
      child.kill(left ? "SIGKILL" : "SIGTERM")
      if (left) for (const pid of [...left, ...started]) kill(pid)
      left ??= started
    })
    child.stdout.on("data", (chunk) => {
      if (stdout.add(chunk)) return
      child.kill("SIGKILL")
      reject(new UserError(`${program} printed more than ${mostPrinted / 1_048_576} MB`))
    })
    child.stderr.on("data", (chunk) => stderr.add(chunk))
    child.on("error", () => {
      forget()
      reject(new UserError(`${program} is not on PATH`))
    })
    child.on("exit", () => {
      // After a signal, its remaining children are still killed.
      if (!left) forget()
    })
    child.on("close", (code) => {
      forget()
      resolve({ code, stdout: stdout.text, reason: new Foreign(lastErrorLine(stderr.text) || `it ended with ${code}`) })
    })
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has already ended.
  }
}

const mark = /^(?:error|fatal): /

/** Returns the error's line (of a push: why the ref was rejected), without the credentials in a URL. */
function lastErrorLine(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== "")
  const rejected = lines.find((line) => line.startsWith(" ! ["))
  const line = rejected ?? lines.findLast((line) => mark.test(line)) ?? lines.at(-1) ?? ""
  return line
    .trim()
    .replace(mark, "")
    .replace(/:\/\/[^/@\s]*@/g, "://")
}
