import { readdirSync, readFileSync } from "node:fs"

/** The processes of this machine, hosts of a farm included, whose arguments (or title) contain the text. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => argumentsOf(Number(pid)).includes(text))
    .map(Number)
}

export function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")
  } catch {
    return ""
  }
}

/** Ends a process at once, if it is still there. */
export function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended already.
  }
}
