import { dirname } from "node:path"
import { parseLive } from "../live.ts"
import type { Answer, LiveProcess, Loaded, ProcessState, Service, ServiceSnapshot } from "../manager.ts"
import { differsFromJob } from "./compare.ts"
import { type Job, parseJob } from "./print.ts"

export function parseSnapshot(answer: Answer, service: Service): ServiceSnapshot {
  const job = answer.one("code") === "0" ? parseJob(answer.all("print")) : undefined
  const disabled = answer.one("disabled") ?? ""
  return {
    home: answer.one("home") ?? "",
    file: answer.file("file"),
    loaded: evaluateLoaded(answer, job, service),
    ...(job ? { isLoaded: (file) => !differsFromJob(file, job) } : {}),
    enabled: !/=> *(disabled|true)/.test(disabled),
    process: evaluateProcess(job),
    live: completeLive(parseLive(answer), job, service),
    reads: answer.file("reads"),
    ...(job ? { keepsAlive: /\bkeepalive\b/.test(job.top.get("properties") ?? "") } : {}),
  }
}

function evaluateLoaded(answer: Answer, job: Job | undefined, service: Service): Loaded {
  const file = answer.file("file")
  if (answer.one("none") !== undefined) return { kind: "absent", why: "this machine has no launchd" }
  const path = answer.one("path") ?? ""
  const from = answer.one("from")
  // An agent in a sandbox is not the user's own agent of the same label.
  const home = answer.one("home") ?? ""
  const own = service.path.startsWith("~/") || dirname(service.path) === `${home}/Library/LaunchAgents`
  if (job && from !== undefined && from !== path) {
    return own ? { kind: "elsewhere", path: from } : { kind: "absent", why: "the label is that of another agent" }
  }
  if (job) {
    const tokens = listTokens(job, service.variable)
    return { kind: file.kind !== "file" || differsFromJob(file.bytes, job) ? "stale" : "loaded", tokens }
  }
  if (file.kind === "absent") return { kind: "absent" }
  const code = Number(answer.one("code"))
  if ([3, 113].includes(code)) return { kind: "unloaded" }
  if ([112, 125].includes(code))
    return {
      kind: "unknown",
      reason: "nobody is logged in at this Mac's screen, and launchd starts a user's agents only there",
    }
  return { kind: "unknown", reason: `launchctl print answered ${code}` }
}

function listTokens({ environment, commandLine: words }: Job, variable: string): string[] {
  const flags = words.flatMap((word, at) => {
    if (word.startsWith("--token=")) return [word.slice("--token=".length)]
    return word === "--token" ? [words[at + 1] ?? ""] : []
  })
  return [...flags, environment.get(variable) ?? ""].filter((value) => value !== "")
}

function evaluateProcess(job: Job | undefined): ProcessState {
  if (!job) return { kind: "stopped" }
  const state = job.top.get("state") ?? ""
  if (job.top.has("pid") && state === "running") return { kind: "running" }
  if (/^SIG(TERM|KILL)ed$/.test(state)) return { kind: "draining" }
  if (state === "spawning") return { kind: "starting" }
  const [, code] = /^(\d+)/.exec(job.top.get("last exit code") ?? "") ?? []
  const signal = job.top.get("last terminating signal")
  const exit = code ? `exit ${code}` : signal && `signal ${signal}`
  const runs = Number(job.top.get("runs") ?? 0)
  return { kind: "stopped", ...(exit ? { exit } : {}), ...(runs > 1 ? { restarts: runs - 1 } : {}) }
}

/** Adds launchd's own variables if the system hides the process's environment. */
function completeLive(
  live: LiveProcess | undefined,
  job: Job | undefined,
  { variable }: Service,
): LiveProcess | undefined {
  if (!live || live.hasEnvironment || !job) return live
  const variable = job.environment.get(variable)
  return { ...live, hasEnvironment: !job.isWrapped, tokens: [...live.tokens, ...(variable ? [variable] : [])] }
}
