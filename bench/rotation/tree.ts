import { setTimeout as pause } from "node:timers/promises"
import { listed, read } from "../../test/support/hosts/processes.ts"

/** Lists a process and its descendants. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

export function isProvider(pid: number): boolean {
  return /\/provider\/main\.ts\0/.test(read(`/proc/${pid}/cmdline`))
}

/** Lists the user's ssh, and its shared connection, of one engine. @param parts of their command line */
export function sshWith(parts: readonly string[]): number[] {
  return listed("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = read(`/proc/${pid}/cmdline`)
      return /^ssh[\0:]/.test(line) && parts.some((part) => line.includes(part))
    })
}

function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== "" && !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")
}

export function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended.
  }
}

/** Measures how long the processes went on, in milliseconds; at most `longest`. */
export async function lifetime(pids: readonly number[], longest: number): Promise<number> {
  const begun = Date.now()
  while (pids.some(isAlive) && Date.now() - begun < longest) await pause(20)
  return Date.now() - begun
}

function childrenOf(pid: number): number[] {
  const threads = `/proc/${pid}/task`
  return listed(threads).flatMap((thread) =>
    read(`${threads}/${thread}/children`).split(" ").filter(Boolean).map(Number),
  )
}
