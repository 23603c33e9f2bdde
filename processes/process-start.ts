import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { parseProcessStat } from "./process-stat.ts"

const run = promisify(execFile)

/** Reads the start of a process as the system reports it, which with the process id identifies one process. Empty if it has ended. */
export async function readProcessStart(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
    const { start, hasEnded } = parseProcessStat(stat)
    return hasEnded ? "" : start
  }
  // A shell that ssh starts on this machine uses the same language and time zone.
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC0" }
  const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)], { env, timeout: 5_000 }).catch(() => ({
    stdout: "",
  }))
  return stdout.trim()
}
