import { spawn } from "node:child_process"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  /** Its last words on standard error, on one line, as they may be shown. */
  readonly reason: string
}

/**
 * Runs a program of the user's to its end, with the user's environment and terminal, since git may ask for a passphrase.
 * @throws UserError when it is not there; it does not throw for what the program does
 */
export function run(folder: string, program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ["inherit", "pipe", "pipe"] })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text
    })
    child.on("error", () => reject(new UserError(`${program} is not on PATH`)))
    child.on("close", (code) => resolve({ code, stdout, reason: lastWords(stderr) || `it ended with ${code}` }))
  })
}

const mark = /^(?:error|fatal): /

/** The line of the error (of a push: why the ref was refused), without what may stand before the host in a URL. */
function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== "")
  const refused = lines.find((line) => line.startsWith(" ! ["))
  const line = refused ?? lines.findLast((line) => mark.test(line)) ?? lines.at(-1) ?? ""
  return shown(
    line
      .trim()
      .replace(mark, "")
      .replace(/:\/\/[^/@\s]*@/g, "://"),
  )
}
