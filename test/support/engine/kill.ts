import { type FSWatcher, readdirSync, watch } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { endNow, read } from "../hosts/processes.ts"
import type { Ended, Workspace } from "./workspace.ts"

/** Whom a kill -9 hits. */
export type Victim = "provider" | "engine" | "both"

/** When: at the n-th change that is seen in a folder, after some milliseconds, or as soon as something holds. */
export type Moment =
  | { readonly event: number; readonly in: string }
  | { readonly milliseconds: number }
  | { readonly when: () => boolean }

export interface Killing extends Ended {
  /** False where the command came to its end before the moment did. */
  readonly killed: boolean
  /** What was seen in the folder until then. */
  readonly events: readonly string[]
  /** Providers that were started and went on after their engine; by process id. */
  readonly providers: readonly number[]
}

/** Runs a command and kills -9 in the midst of it, from outside: the product knows nothing of it. */
export async function killDuring(
  space: Pick<Workspace, "start">,
  words: readonly string[],
  victim: Victim,
  moment: Moment,
): Promise<Killing> {
  const events: string[] = []
  const providers = new Set<number>()
  let killed = false
  const command = space.start(...words)
  const strike = () => {
    if (killed || command.child.exitCode !== null) return
    killed = true
    note()
    if (victim !== "provider") endNow(command.pid)
    if (victim !== "engine") for (const provider of providers) endNow(provider)
  }
  const note = () => {
    for (const each of childrenOf(command.pid)) if (isProvider(each)) providers.add(each)
  }
  const noting = setInterval(() => {
    note()
    if ("when" in moment && moment.when()) strike()
  }, 20)
  const watchers: FSWatcher[] = []
  if ("event" in moment) {
    for (const folder of foldersOf(moment.in)) {
      watchers.push(
        watch(folder, (kind, name) => {
          events.push(`${kind} ${name}`)
          if (events.length === moment.event) strike()
        }),
      )
    }
  } else if ("milliseconds" in moment) void sleep(moment.milliseconds).then(strike)
  const ended = await command.ended
  clearInterval(noting)
  for (const watcher of watchers) watcher.close()
  return { ...ended, killed, events, providers: [...providers] }
}

/** Waits until the processes have ended. @param patience milliseconds @returns whether they have */
export async function haveEnded(pids: readonly number[], patience: number): Promise<boolean> {
  const deadline = Date.now() + patience
  while (pids.some(lives) && Date.now() < deadline) await sleep(10)
  return !pids.some(lives)
}

/** Ends what a killed engine left behind, the program and its host, by process id. */
export async function endLeftBehind(folder: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const left = startedIn(folder)
    if (left.length === 0) return
    for (const pid of left) endNow(pid)
    await sleep(20)
  }
}

/** All processes of one stack's folder, from their environment. */
export function startedIn(folder: string): number[] {
  return numbersIn("/proc").filter((pid) => read(`/proc/${pid}/environ`).includes(`${folder}/`))
}

function childrenOf(pid: number): number[] {
  return numbersIn(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  )
}

function isProvider(pid: number): boolean {
  return /\/provider\/(?:pulumi-resource-gatekey|main\.ts)\0/.test(read(`/proc/${pid}/cmdline`))
}

/** One that has ended, and waits for its parent to notice, does not. */
export function lives(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== "" && !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")
}

function foldersOf(folder: string): string[] {
  const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [folder, ...below.map((entry) => join(entry.parentPath, entry.name))]
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}
