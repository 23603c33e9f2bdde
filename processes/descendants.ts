import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { parseProcessStat } from "./process-stat.ts"

/** Lists the children of a process and their descendants at this moment. */
export function listDescendants(pid: number): number[] {
  const all = process.platform === "linux" ? readParentsFromProc() : readParentsFromPs()
  const found = [pid]
  for (const each of found) for (const [child, parent] of all) if (parent === each) found.push(child)
  return found.slice(1)
}

type Parents = readonly (readonly [pid: number, parent: number])[]

function readParentsFromProc(): Parents {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      return [[Number(pid), parseProcessStat(readFileSync(`/proc/${pid}/stat`, "latin1")).parent] as const]
    } catch {
      return [] // It has ended.
    }
  })
}

function readParentsFromPs(): Parents {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=", "-o", "ppid="], { encoding: "utf8", timeout: 500 })
  const lines = (stdout ?? "").trim().split("\n")
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0]) => [pid, parent] as const)
}
