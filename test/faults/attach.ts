import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { changing, type Fault } from "../support/faults/strace.ts"

/** A call by a process, its thread or a program that it started. */
export interface TracedCall {
  readonly name: string
  /** Its number among the calls of that name by one thread, from 1. */
  readonly number: number
  /** Its arguments and result. */
  readonly text: string
}

export interface Attached {
  /** Waits until the traced process has ended. */
  readonly ended: Promise<{ readonly calls: readonly TracedCall[]; readonly struck: boolean }>
}

/** Attaches strace to a process and all that it starts from now on, and injects faults. Resolves once it is attached. */
export async function attach(pid: number, faults: readonly Fault[]): Promise<Attached> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-faults-"))
  const log = join(folder, "log")
  const inject = faults.flatMap(({ call, at, error }) => [
    "-e",
    `inject=${call}:${error === "SIGKILL" ? "signal=KILL" : `error=${error}`}:when=${at}`,
  ])
  const words = ["-f", "-y", "-s", "16", "-o", log, "-e", `trace=${changing.join(",")}`, ...inject, "-p", `${pid}`]
  const child = spawn("strace", words, { stdio: ["ignore", "ignore", "pipe"] })
  const exit = once(child, "exit")
  const lines = createInterface(child.stderr)
  await Promise.race([once(lines, "line"), exit])
  if (child.exitCode !== null) throw new Error("strace could not attach")
  const ended = exit.then(() => {
    const text = readFileSync(log, "latin1")
    rmSync(folder, { recursive: true, force: true })
    const struck = faults.some(({ error }) => (error === "SIGKILL" ? /killed by SIGKILL/ : /INJECTED/).test(text))
    return { calls: callsIn(text), struck }
  })
  return { ended }
}

/** Parses strace's log; a call that was interrupted by another thread's has its text up to there. */
function callsIn(log: string): TracedCall[] {
  const numbers = new Map<string, number>()
  return log.split("\n").flatMap((line) => {
    const [, pid, name, text = ""] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? []
    if (pid === undefined || name === undefined) return []
    const number = (numbers.get(`${pid} ${name}`) ?? 0) + 1
    numbers.set(`${pid} ${name}`, number)
    return [{ name, number, text }]
  })
}
