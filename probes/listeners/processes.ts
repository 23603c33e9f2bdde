import { parseElapsed } from "../services/live.ts"
import type { Answer } from "../services/manager.ts"
import { isTitleOnly, parseCommand } from "./command.ts"
import type { HostProcess, ProcessService } from "./snapshot.ts"

/** Parses the reported processes, from the kernel's files or from `ps`. */
export function parseProcesses(answer: Answer): Map<number, HostProcess> {
  const jobs = parseJobs(answer.all("job"))
  const programs = groupByPid(answer.all("program"))
  const times = groupByPid(answer.all("elapsed"))
  const [users, words, groups] = ["user", "words", "group"].map((tag) => groupByPid(answer.all(tag)))
  const [up = Number.NaN, ticks = 100] = (answer.one("clock") ?? "").split(" ").filter(Boolean).map(Number)
  const ports = groupByPid(answer.all("listens"))
  const titles = new Set<number>()
  const processes = new Map<number, HostProcess>()
  for (const line of answer.all("process")) {
    const process = parseProcess(line)
    if (!process) continue
    const { pid } = process
    const group = groups?.get(pid) ?? []
    const uid = Number(users?.get(pid)?.[0] ?? -1)
    const commandLine = words?.get(pid)?.[0]?.replace(/\t$/, "").split("\t") ?? []
    const { name, ...identity } = process
    if (isTitleOnly(commandLine)) titles.add(pid)
    const age = up - Number(process.start) / ticks
    processes.set(pid, {
      ...identity,
      ...formatAge(age),
      uid,
      ...parseCommand(programs.get(pid)?.[0] || name, commandLine),
      ...parseControlGroups(group),
    })
  }
  for (const [pid, [line = ""]] of groupByPid(answer.all("ps"))) {
    const row = parsePsLine(line)
    // If it is not a path, it may be a thread's name.
    const program = programs.get(pid)?.find((name) => name.includes("/")) ?? row?.words[0] ?? ""
    const elapsed = times.get(pid)?.[0]?.trim()
    const age = elapsed ? parseElapsed(elapsed) : Number.NaN
    if (row && isTitleOnly(row.words)) titles.add(pid)
    if (row) processes.set(pid, { pid, ...row.identity, ...formatAge(age), ...parseCommand(program, row.words) })
  }
  for (const [pid, process] of processes) {
    const label = [...listAncestors(pid, processes)].map((each) => jobs.get(each)).find((each) => each !== undefined)
    if (label) processes.set(pid, { ...process, service: { manager: "launchd", name: label, system: false } })
  }
  for (const pid of titles) {
    const process = processes.get(pid)
    if (!process?.gateway || process.service || process.container || !ports.has(pid)) continue
    if (parseListens(ports.get(pid)).length === 0) processes.set(pid, { ...process, mayBeCommand: true })
  }
  return processes
}

/** Parses the ports of `listens` lines; none if the process does not listen. */
export function parseListens(lines: readonly string[] | undefined): number[] {
  return (lines ?? []).flatMap((line) => line.split(" ")).flatMap((port) => Number(port) || [])
}

function formatAge(age: number): { age?: number } {
  return Number.isNaN(age) ? {} : { age }
}

/** Lists a process and its ancestors, the nearest first. */
export function* listAncestors(pid: number, processes: ReadonlyMap<number, HostProcess>): Generator<number> {
  for (let at: number | undefined = pid, left = 50; at !== undefined && at > 0 && left > 0; left--) {
    yield at
    at = processes.get(at)?.parent
  }
}

/** Parses `PID PARENT START NAME`; the name may contain anything. */
function parseProcess(line: string) {
  const [, pid, parent, start = "", name = ""] = /^(\d+) (\d+) (\d+) (.*)$/s.exec(line) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), name, parent: Number(parent), start }
}

/** Parses `PARENT UID Tue Nov 24 15:27:28 2026 COMMAND`; `ps` separates arguments by spaces. */
function parsePsLine(line: string) {
  const row = /^\s*(\d+)\s+(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*?)\s*$/s.exec(line)
  if (!row) return undefined
  const [, parent, uid, start = "", command = ""] = row
  const identity = { parent: Number(parent), uid: Number(uid), start: start.replace(/\s+/g, " ") }
  return { identity, words: command.split(" ") }
}

/** Parses a process's control groups: the last unit in the path started it; a container's id is in the path. */
export function parseControlGroups(lines: readonly string[]): { service?: ProcessService; container?: string } {
  const paths = lines.map((line) => line.replace(/^\d+:[^:]*:/, ""))
  const container = paths.map((path) => /[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(path)?.[1]).find(Boolean)
  if (container) return { container }
  for (const path of paths) {
    const parts = path.split("/").filter((part) => part !== "")
    const name = parts.findLast((part) => /^(?!user@).+\.service$/.test(part))
    const system = !parts.some((part) => /^(user@.*\.service|(app|session|background)\.slice)$/.test(part))
    if (name) return { service: { manager: "systemd", name, system } }
  }
  return {}
}

/** Parses `launchctl list`: `PID STATUS LABEL`, with a dash for a job that does not run. */
function parseJobs(lines: readonly string[]): Map<number, string> {
  const rows = lines.map((line) => line.split("\t")).filter(([pid]) => /^\d+$/.test(pid ?? ""))
  return new Map(rows.map(([pid, , label = ""]) => [Number(pid), label]))
}

/** Groups lines by the process id at their beginning. */
export function groupByPid(lines: readonly string[]): Map<number, string[]> {
  const processes = new Map<number, string[]>()
  for (const line of lines) {
    const [, pid, rest = ""] = /^(\d+) ?(.*)$/s.exec(line) ?? []
    if (pid === undefined) continue
    const known = processes.get(Number(pid))
    if (known) known.push(rest)
    else processes.set(Number(pid), [rest])
  }
  return processes
}
