import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { changing, type Fault } from "../support/faults/strace.ts"

/** A call by a process, its thread or a program that it started. */
export interface TracedCall {
  /** The process, or its thread. */
  readonly pid: number
  readonly name: string
  /** Its number among the calls of that name by one thread, from 1. */
  readonly number: number
  /** Its arguments and result. */
  readonly text: string
}

export interface Attached {
  /** Lets go of what still runs. */
  end(): Promise<{ readonly calls: readonly TracedCall[]; readonly isKilled: boolean }>
}

/** Attaches strace to processes and all that they start from now on, and injects faults. Resolves once it is attached. */
export async function attach(pids: () => readonly number[], faults: readonly Fault[]): Promise<Attached> {
  // One of them may just end, or not have begun: a session there comes with the first command.
  for (let left = 20; ; left--) {
    const now = pids()
    const attached = now.length > 0 ? await tryToAttach(now, faults) : undefined
    if (attached) return attached
    if (left === 0) throw new Error(`strace could not attach to ${now.length} processes`)
    await sleep(200)
  }
}

async function tryToAttach(pids: readonly number[], faults: readonly Fault[]): Promise<Attached | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-faults-"))
  const log = join(folder, "log")
  const inject = faults.flatMap(({ call, at, error }) => [
    "-e",
    `inject=${call}:${error === "SIGKILL" ? "signal=KILL" : `error=${error}`}:when=${at}`,
  ])
  const calls = [...changing, "connect"].join(",")
  const words = ["-f", "-yy", "-s", "16", "-o", log, "-e", `trace=${calls}`, ...inject]
  const child = spawn("strace", [...words, ...pids.flatMap((pid) => ["-p", `${pid}`])], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  const exit = once(child, "exit")
  const lines = createInterface(child.stderr)
  // It tells of each process to which it is attached, or could not be.
  const told: string[] = []
  lines.on("line", (line) => told.push(line))
  while (told.length < pids.length && child.exitCode === null) await Promise.race([once(lines, "line"), exit])
  if (!told.slice(0, pids.length).every((line) => / attached/.test(line))) {
    child.kill("SIGTERM")
    await exit
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  return {
    async end() {
      await Promise.race([exit, sleep(200)])
      // What the provider has left running is not ended with it.
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM")
      await exit
      const text = readFileSync(log, "latin1")
      rmSync(folder, { recursive: true, force: true })
      return { calls: callsIn(text), isKilled: /killed by SIGKILL/.test(text) }
    },
  }
}

/** Parses strace's log; of a call that was interrupted by another thread's the two halves are joined. */
function callsIn(log: string): TracedCall[] {
  const numbers = new Map<string, number>()
  const begun = new Map<string, { text: string }>()
  return log.split("\n").flatMap((line) => {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1]
    const half = begun.get(pid)
    if (resumed !== undefined && half) half.text += resumed
    const [, name, text = ""] = /^(\w+)\((.*)$/.exec(rest) ?? []
    if (name === undefined) return []
    const number = (numbers.get(`${pid} ${name}`) ?? 0) + 1
    numbers.set(`${pid} ${name}`, number)
    const call = { pid: Number(pid), name, number, text: text.replace(/ *<unfinished \.\.\.>$/, "") }
    begun.set(pid, call)
    return [call]
  })
}
