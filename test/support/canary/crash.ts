import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { lives, startedIn } from "../engine/kill.ts"
import type { Ended, Workspace } from "../engine/workspace.ts"
import { read } from "../hosts/processes.ts"

/** Where Node puts its reports, in a stack's folder. */
export const crashFolder = "tmp/crash"

/** Has Node write a diagnostic report whenever it can, and has the passphrase in the environment, which reports list. */
export const crashEnvironment = (folder: string): Readonly<Record<string, string>> => ({
  PULUMI_CONFIG_PASSPHRASE: readFileSync(join(folder, "passphrase"), "utf8"),
  NODE_OPTIONS: [
    "--report-on-signal",
    "--report-on-fatalerror",
    "--report-uncaught-exception",
    `--report-directory=${join(folder, crashFolder)}`,
  ].join(" "),
})

export interface Crash extends Ended {
  /** Whether a provider wrote a report, and was then aborted. */
  readonly aborted: boolean
}

/** The bit of SIGUSR2 in a process's mask. */
const usr2 = 1n << 11n

/**
 * Runs a command with core dumps allowed. Its provider is asked for a diagnostic report, and then aborted, as a fatal error
 * of Node's does. The stack has `crashEnvironment`.
 */
export async function crashDuring({ folder, start }: Workspace, words: readonly string[]): Promise<Crash> {
  const reports = join(folder, crashFolder)
  mkdirSync(reports, { recursive: true })
  const restore = allowCores()
  try {
    const command = start(...words)
    let ended: Ended | undefined
    void command.ended.then((end) => (ended = end))
    const asked = new Set<number>()
    let aborted = false
    while (!ended) {
      for (const pid of startedIn(folder).filter(isReady)) {
        if (!asked.has(pid)) process.kill(pid, "SIGUSR2")
        asked.add(pid)
        if (!lives(pid) || !hasReport(reports, pid)) continue
        process.kill(pid, "SIGABRT")
        aborted = true
      }
      await sleep(5)
    }
    return { ...(await command.ended), aborted }
  } finally {
    restore()
  }
}

/** Core files anywhere below: the kernel's default is to put one where its process works. */
export function coresIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^core(?:\.\d+)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** What is started from here on inherits the limit. */
function allowCores(): () => void {
  const limit = (value: string) => execFileSync("prlimit", ["--pid", String(process.pid), `--core=${value}`])
  const [soft = "0"] = execFileSync("prlimit", [
    "--pid",
    String(process.pid),
    "--core",
    "--noheadings",
    "--raw",
    "-o",
    "SOFT",
  ])
    .toString()
    .trim()
    .split(/\s+/)
  limit("unlimited:")
  return () => limit(`${soft}:`)
}

/** A provider that would answer SIGUSR2 by a report: without Node's handler the signal would end it. */
function isReady(pid: number): boolean {
  if (!/\/provider\/main\.(?:ts|js)\0/.test(read(`/proc/${pid}/cmdline`))) return false
  const [, caught] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`)) ?? []
  return caught !== undefined && (BigInt(`0x${caught}`) & usr2) !== 0n
}

/** A report is whole once it parses. */
function hasReport(folder: string, pid: number): boolean {
  const name = readdirSync(folder).find((each) => each.includes(`.${pid}.`))
  if (name === undefined || !existsSync(join(folder, name))) return false
  try {
    JSON.parse(readFileSync(join(folder, name), "utf8"))
    return true
  } catch {
    return false
  }
}
