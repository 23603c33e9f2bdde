import { readdirSync, readFileSync } from "node:fs"

/** The processes of this machine, hosts of a farm included, whose arguments (or title) contain the text. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => argumentsOf(Number(pid)).includes(text))
    .map(Number)
}

export function argumentsOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ")
}

/** Ends a process at once, if it is still there. */
export function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended already.
  }
}

/** A file of /proc; nothing where its process has ended. */
export function read(file: string): string {
  try {
    return readFileSync(file, "latin1")
  } catch {
    return ""
  }
}

/** The names in a folder of /proc; none where its process has ended. */
export function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
