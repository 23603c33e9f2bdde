import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { changing, type Fault, injections, parseTrace, type Syscall } from "../support/faults/strace.ts"

export interface Attached {
  /** Lets go of what still runs. */
  end(): Promise<{ readonly calls: readonly Syscall[]; readonly isKilled: boolean }>
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
  const calls = [...changing, "connect"].join(",")
  const words = ["-f", "-yy", "-s", "16", "-o", log, "-e", `trace=${calls}`, ...injections(faults)]
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
      return { calls: parseTrace(text), isKilled: /killed by SIGKILL/.test(text) }
    },
  }
}
