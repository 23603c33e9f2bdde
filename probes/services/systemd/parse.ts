import { dirname } from "node:path"
import { shellWord, shown } from "../../../core/escape.ts"
import { parseLive } from "../live.ts"
import type { Answer, Loaded, ProcessState, Service, ServiceSnapshot } from "../manager.ts"

type Show = ReadonlyMap<string, string>

export function parseSnapshot(answer: Answer, service: Service): ServiceSnapshot {
  const show: Show = new Map(answer.all("show").map(keyAndValue))
  const loaded = evaluateLoaded(answer, show, service)
  const advice = ["loaded", "stale", "unloaded"].includes(loaded.kind) ? describeLingering(answer, service) : undefined
  return {
    home: answer.one("home") ?? "",
    file: answer.file("file"),
    loaded,
    enabled: !["disabled", "linked", "linked-runtime"].includes(answer.one("enabled") ?? ""),
    process: evaluateProcess(show),
    live: parseLive(answer),
    reads: answer.file("reads"),
    ...(show.has("Restart") && loaded.kind === "loaded" ? { keepsAlive: show.get("Restart") === "always" } : {}),
    ...(advice ? { advice } : {}),
  }
}

function keyAndValue(line: string): [string, string] {
  const at = line.indexOf("=")
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)]
}

function evaluateLoaded(answer: Answer, show: Show, service: Service): Loaded {
  const file = answer.file("file")
  if (answer.one("none") !== undefined) return { kind: "absent", why: "this machine has no systemd" }
  const path = answer.one("path") ?? ""
  if (file.kind === "absent" && !show.has("LoadState")) return { kind: "absent" }
  const home = answer.one("home") ?? ""
  // A file elsewhere (a sandbox) is not this user's unit, even if a unit of its name is loaded.
  const fragment = answer.one("fragment")
  const own = service.path.startsWith("~/") || dirname(service.path) === `${home}/.config/systemd/user`
  if (!own && fragment !== path)
    return { kind: "absent", why: `systemd does not look into ${shown(dirname(service.path))}` }
  if (!show.has("LoadState")) return { kind: "unknown", reason: describeUnreachable(answer) }
  const state = show.get("LoadState")
  if (state === "masked") return { kind: "masked" }
  if (state === "not-found") return { kind: file.kind === "absent" ? "absent" : "unloaded" }
  if (fragment !== undefined && fragment !== path) return { kind: "elsewhere", path: fragment }
  if (state !== "loaded") return { kind: "broken", reason: shown(show.get("LoadError") || `${state}`) }
  const kind = show.get("NeedDaemonReload") === "yes" ? "stale" : "loaded"
  return { kind, ...listTokens(show, service.variable) }
}

function describeUnreachable(answer: Answer): string {
  const user = answer.one("user") ?? ""
  const output = shown(answer.all("show").join(" ").trim())
  return `no user manager answers (${output}); a headless machine needs: loginctl enable-linger ${shellWord(user)}`
}

/** Lists the tokens in `Environment=A=b "C=d e"` and `ExecStart={ … argv[]=/usr/bin/x --token y ; … }`, as `show` prints them. */
function listTokens(show: Show, variable: string): { tokens: string[]; isFlag?: boolean } {
  const assigned = new RegExp(`(?:^| )"?${variable}=([^" ]+)`, "g")
  const flags = /(?:^|[ =])--token[ =]([^ ;]+)/g
  const findAll = (text: string | undefined, pattern: RegExp) =>
    [...(text ?? "").matchAll(pattern)].map(([, value]) => value ?? "")
  const [fromCommand, fromEnvironment] = [
    findAll(show.get("ExecStart"), flags),
    findAll(show.get("Environment"), assigned),
  ]
  return { tokens: [...fromCommand, ...fromEnvironment], ...(fromCommand.length > 0 ? { isFlag: true } : {}) }
}

function evaluateProcess(show: Show): ProcessState {
  const restarts = Number(show.get("NRestarts") ?? 0)
  const exit = describeExit(show)
  const details = { ...(exit ? { exit } : {}), ...(restarts > 0 ? { restarts } : {}) }
  const active = show.get("ActiveState")
  if (active === "active" || active === "reloading") return { kind: "running" }
  if (active === "deactivating") return { kind: Number(show.get("Job") ?? 0) > 0 ? "draining" : "stopped", ...details }
  // Between two tries it does not run.
  if (active === "activating")
    return show.get("SubState") === "auto-restart" ? { kind: "stopped", ...details } : { kind: "starting" }
  if (active === "failed" && limitHit(show, restarts)) return { kind: "failed", ...details }
  return { kind: "stopped", ...details }
}

/** Checks for the start limit, which systemd reports as the result only of a start by hand. */
function limitHit(show: Show, restarts: number): boolean {
  if (show.get("Result") === "start-limit-hit") return true
  const burst = Number(show.get("StartLimitBurst") ?? 0)
  return show.get("Restart") !== "no" && burst > 0 && restarts >= burst - 1 && restarts > 0
}

function describeExit(show: Show): string | undefined {
  const code = Number(show.get("ExecMainCode") ?? 0)
  const status = show.get("ExecMainStatus") ?? ""
  if (code === 1) return `exit ${status}`
  return code > 1 ? `signal ${status}` : undefined
}

/** Describes missing lingering: a user's units end with the last log-out. With a screen that is intended. */
function describeLingering(answer: Answer, { name }: Service): string | undefined {
  const headless = answer.one("linger") === "no" && answer.one("display") === undefined
  const user = shellWord(answer.one("user") ?? "")
  if (!headless) return undefined
  return `lingering is off: ${shown(name)} ends when ${user} logs out, and does not start at boot. Run: loginctl enable-linger ${user}`
}
