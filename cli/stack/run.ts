import { spawn } from "node:child_process"
import { isRunOver, registerWork } from "../../core/ending.ts"
import { UserError } from "../../core/errors.ts"
import { Foreign } from "../../core/foreign.ts"
import { ByteCollector } from "../../core/gathered.ts"
import { listDescendants } from "../../hosts/descendants.ts"

/** Bytes: of a stack's state, and of what is said beside it. */
const mostPrinted = 256 * 1024 * 1024
const mostSaid = 1024 * 1024

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  /** Its last words on standard error, on one line. */
  readonly reason: Foreign
}

/**
 * Runs a program of the user's to its end, with the user's environment and terminal, since git may ask for a passphrase.
 * @throws UserError when it is not there; it does not throw for what the program does
 */
export function run(folder: string, program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ["inherit", "pipe", "pipe"] })
    const stdout = new ByteCollector(mostPrinted)
    const stderr = new ByteCollector(mostSaid)
    let left: readonly number[] | undefined = isRunOver() ? [] : undefined
    // First it is asked, as it may have a lock to give back; then it is killed, with all that it started: itself first,
    // as a shell whose child ends goes on, and ends well.
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
      // What it leaves behind after a signal is killed yet.
      if (!left) forget()
    })
    child.on("close", (code) => {
      forget()
      resolve({ code, stdout: stdout.text, reason: new Foreign(lastWords(stderr.text) || `it ended with ${code}`) })
    })
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}

const mark = /^(?:error|fatal): /

/** The line of the error (of a push: why the ref was refused), without what may stand before the host in a URL. */
function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== "")
  const refused = lines.find((line) => line.startsWith(" ! ["))
  const line = refused ?? lines.findLast((line) => mark.test(line)) ?? lines.at(-1) ?? ""
  return line
    .trim()
    .replace(mark, "")
    .replace(/:\/\/[^/@\s]*@/g, "://")
}
