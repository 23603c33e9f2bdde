import { elapsed } from "../services/live.ts"
import type { Answer } from "../services/manager.ts"
import { commandOf, isTitleOnly } from "./command.ts"
import type { Process, ServiceOf } from "./snapshot.ts"

/** All that were told, from the kernel's files or from `ps`. */
export function processesIn(answer: Answer): Map<number, Process> {
  const jobs = jobsIn(answer.all("job"))
  const programs = byPid(answer.all("program"))
  const times = byPid(answer.all("elapsed"))
  const [users, words, groups] = ["user", "words", "group"].map((tag) => byPid(answer.all(tag)))
  const [up = Number.NaN, ticks = 100] = (answer.one("clock") ?? "").split(" ").filter(Boolean).map(Number)
  const ports = byPid(answer.all("listens"))
  const titles = new Set<number>()
  const found = new Map<number, Process>()
  for (const line of answer.all("process")) {
    const process = processIn(line)
    if (!process) continue
    const { pid } = process
    const group = groups?.get(pid) ?? []
    const uid = Number(users?.get(pid)?.[0] ?? -1)
    const said = words?.get(pid)?.[0]?.replace(/\t$/, "").split("\t") ?? []
    const { name, ...identity } = process
    if (isTitleOnly(said)) titles.add(pid)
    const age = up - Number(process.start) / ticks
    found.set(pid, {
      ...identity,
      ...aged(age),
      uid,
      ...commandOf(programs.get(pid)?.[0] || name, said),
      ...groupOf(group),
    })
  }
  for (const [pid, [line = ""]] of byPid(answer.all("ps"))) {
    const row = rowIn(line)
    // Where it is no path, it may be a thread's name.
    const program = programs.get(pid)?.find((name) => name.includes("/")) ?? row?.words[0] ?? ""
    const spent = times.get(pid)?.[0]?.trim()
    const age = spent ? elapsed(spent) : Number.NaN
    if (row && isTitleOnly(row.words)) titles.add(pid)
    if (row) found.set(pid, { pid, ...row.identity, ...aged(age), ...commandOf(program, row.words) })
  }
  for (const [pid, process] of found) {
    const label = [...ancestry(pid, found)].map((each) => jobs.get(each)).find((each) => each !== undefined)
    if (label) found.set(pid, { ...process, service: { manager: "launchd", name: label, system: false } })
  }
  for (const pid of titles) {
    const process = found.get(pid)
    if (!process?.gateway || process.service || process.container || !ports.has(pid)) continue
    if (portsIn(ports.get(pid)).length === 0) found.set(pid, { ...process, mayBeCommand: true })
  }
  return found
}

/** Of `listens`: none, if the process listens nowhere. */
export function portsIn(lines: readonly string[] | undefined): number[] {
  return (lines ?? []).flatMap((line) => line.split(" ")).flatMap((port) => Number(port) || [])
}

function aged(age: number): { age?: number } {
  return Number.isNaN(age) ? {} : { age }
}

/** A process and what started it, the nearest first. */
export function* ancestry(pid: number, processes: ReadonlyMap<number, Process>): Generator<number> {
  for (let at: number | undefined = pid, left = 50; at !== undefined && at > 0 && left > 0; left--) {
    yield at
    at = processes.get(at)?.parent
  }
}

/** `PID PARENT START NAME`: the name may hold anything. */
function processIn(line: string) {
  const [, pid, parent, start = "", name = ""] = /^(\d+) (\d+) (\d+) (.*)$/s.exec(line) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), name, parent: Number(parent), start }
}

/** `PARENT UID Tue Nov 24 15:27:28 2026 COMMAND`; the arguments of `ps` are parted by spaces. */
function rowIn(line: string) {
  const row = /^\s*(\d+)\s+(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*?)\s*$/s.exec(line)
  if (!row) return undefined
  const [, parent, uid, start = "", command = ""] = row
  const identity = { parent: Number(parent), uid: Number(uid), start: start.replace(/\s+/g, " ") }
  return { identity, words: command.split(" ") }
}

/** Lines of a process's control groups: the last unit in the path started it; a container's id is in the path. */
export function groupOf(lines: readonly string[]): { service?: ServiceOf; container?: string } {
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

/** `launchctl list`: `PID STATUS LABEL`, a dash for what does not run. */
function jobsIn(lines: readonly string[]): Map<number, string> {
  const rows = lines.map((line) => line.split("\t")).filter(([pid]) => /^\d+$/.test(pid ?? ""))
  return new Map(rows.map(([pid, , label = ""]) => [Number(pid), label]))
}

/** Lines that begin with a process id. */
export function byPid(lines: readonly string[]): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const line of lines) {
    const [, pid, rest = ""] = /^(\d+) ?(.*)$/s.exec(line) ?? []
    if (pid === undefined) continue
    const known = found.get(Number(pid))
    if (known) known.push(rest)
    else found.set(Number(pid), [rest])
  }
  return found
}
