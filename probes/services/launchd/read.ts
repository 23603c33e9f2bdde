import { dirname } from "node:path"
import { liveIn } from "../live.ts"
import type { Answer, Live, Loaded, Process, Service, ServiceSnapshot } from "../manager.ts"
import { differs } from "./compare.ts"
import { type Job, jobIn } from "./print.ts"

export function read(answer: Answer, service: Service): ServiceSnapshot {
  const job = answer.one("code") === "0" ? jobIn(answer.all("print")) : undefined
  const disabled = answer.one("disabled") ?? ""
  return {
    home: answer.one("home") ?? "",
    file: answer.file("file"),
    loaded: loadedIn(answer, job, service),
    ...(job ? { isLoaded: (file) => !differs(file, job) } : {}),
    enabled: !/=> *(disabled|true)/.test(disabled),
    process: processIn(job),
    live: seen(liveIn(answer), job, service),
    reads: answer.file("reads"),
    ...(job ? { keepsAlive: /\bkeepalive\b/.test(job.top.get("properties") ?? "") } : {}),
  }
}

function loadedIn(answer: Answer, job: Job | undefined, service: Service): Loaded {
  const file = answer.file("file")
  if (answer.one("none") !== undefined) return { kind: "absent", why: "this machine has no launchd" }
  const path = answer.one("path") ?? ""
  const from = answer.one("from")
  // A sandbox's agent is not the user's own of the same label.
  const home = answer.one("home") ?? ""
  const own = service.path.startsWith("~/") || dirname(service.path) === `${home}/Library/LaunchAgents`
  if (job && from !== undefined && from !== path) {
    return own ? { kind: "elsewhere", path: from } : { kind: "absent", why: "the label is that of another agent" }
  }
  if (job) {
    const tokens = tokensIn(job, service.variable)
    return { kind: file.kind !== "file" || differs(file.bytes, job) ? "stale" : "loaded", tokens }
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

function tokensIn({ environment, words }: Job, variable: string): string[] {
  const flags = words.flatMap((word, at) => {
    if (word.startsWith("--token=")) return [word.slice("--token=".length)]
    return word === "--token" ? [words[at + 1] ?? ""] : []
  })
  return [...flags, environment.get(variable) ?? ""].filter((value) => value !== "")
}

function processIn(job: Job | undefined): Process {
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

/** Where the system hides a process's environment, what launchd gave it is the next best. */
function seen(live: Live | undefined, job: Job | undefined, { variable }: Service): Live | undefined {
  if (!live || live.seen || !job) return live
  const given = job.environment.get(variable)
  return { ...live, seen: !job.isWrapped, tokens: [...live.tokens, ...(given ? [given] : [])] }
}
