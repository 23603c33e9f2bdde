import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { processStatIn } from "./process-stat.ts"

const run = promisify(execFile)

/** When a process started, in the system's own words: with the process id it names one process for ever. Empty when it has ended. */
export async function processStart(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
    const { start, hasEnded } = processStatIn(stat)
    return hasEnded ? "" : start
  }
  // A shell on this machine that ssh started says it in the same language and time zone.
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC0" }
  const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)], { env, timeout: 5_000 }).catch(() => ({
    stdout: "",
  }))
  return stdout.trim()
}
