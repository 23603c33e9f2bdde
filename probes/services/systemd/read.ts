import { dirname } from "node:path"
import { shellWord, shown } from "../../../core/escape.ts"
import { liveIn } from "../live.ts"
import type { Answer, Loaded, Process, Service, ServiceSnapshot } from "../manager.ts"

type Show = ReadonlyMap<string, string>

export function read(answer: Answer, service: Service): ServiceSnapshot {
  const show: Show = new Map(answer.all("show").map(keyAndValue))
  const loaded = loadedIn(answer, show, service)
  const advice = ["loaded", "stale", "unloaded"].includes(loaded.kind) ? lingering(answer, service) : undefined
  return {
    home: answer.one("home") ?? "",
    file: answer.file("file"),
    loaded,
    enabled: !["disabled", "linked", "linked-runtime"].includes(answer.one("enabled") ?? ""),
    process: processIn(show),
    live: liveIn(answer),
    reads: answer.file("reads"),
    ...(show.has("Restart") && loaded.kind === "loaded" ? { keepsAlive: show.get("Restart") === "always" } : {}),
    ...(advice ? { advice } : {}),
  }
}

function keyAndValue(line: string): [string, string] {
  const at = line.indexOf("=")
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)]
}

function loadedIn(answer: Answer, show: Show, service: Service): Loaded {
  const file = answer.file("file")
  if (answer.one("none") !== undefined) return { kind: "absent", why: "this machine has no systemd" }
  const path = answer.one("path") ?? ""
  if (file.kind === "absent" && !show.has("LoadState")) return { kind: "absent" }
  const home = answer.one("home") ?? ""
  // What stands elsewhere (a sandbox) is no unit of this user's, whatever is loaded under its name.
  const fragment = answer.one("fragment")
  const own = service.path.startsWith("~/") || dirname(service.path) === `${home}/.config/systemd/user`
  if (!own && fragment !== path)
    return { kind: "absent", why: `systemd does not look into ${shown(dirname(service.path))}` }
  if (!show.has("LoadState")) return { kind: "unknown", reason: unreachable(answer) }
  const state = show.get("LoadState")
  if (state === "masked") return { kind: "masked" }
  if (state === "not-found") return { kind: file.kind === "absent" ? "absent" : "unloaded" }
  if (fragment !== undefined && fragment !== path) return { kind: "elsewhere", path: fragment }
  if (state !== "loaded") return { kind: "broken", reason: shown(show.get("LoadError") || `${state}`) }
  const kind = show.get("NeedDaemonReload") === "yes" ? "stale" : "loaded"
  return { kind, ...tokensIn(show, service.variable) }
}

function unreachable(answer: Answer): string {
  const user = answer.one("user") ?? ""
  const said = shown(answer.all("show").join(" ").trim())
  return `no user manager answers (${said}); a headless machine needs: loginctl enable-linger ${shellWord(user)}`
}

/** `Environment=A=b "C=d e"` and `ExecStart={ … argv[]=/usr/bin/x --token y ; … }`, as `show` prints them. */
function tokensIn(show: Show, variable: string): { tokens: string[]; isFlag?: boolean } {
  const assigned = new RegExp(`(?:^| )"?${variable}=([^" ]+)`, "g")
  const flags = /(?:^|[ =])--token[ =]([^ ;]+)/g
  const found = (text: string | undefined, pattern: RegExp) =>
    [...(text ?? "").matchAll(pattern)].map(([, value]) => value ?? "")
  const [given, assignedTo] = [found(show.get("ExecStart"), flags), found(show.get("Environment"), assigned)]
  return { tokens: [...given, ...assignedTo], ...(given.length > 0 ? { isFlag: true } : {}) }
}

function processIn(show: Show): Process {
  const restarts = Number(show.get("NRestarts") ?? 0)
  const exit = exitIn(show)
  const ended = { ...(exit ? { exit } : {}), ...(restarts > 0 ? { restarts } : {}) }
  const active = show.get("ActiveState")
  if (active === "active" || active === "reloading") return { kind: "running" }
  if (active === "deactivating") return { kind: Number(show.get("Job") ?? 0) > 0 ? "draining" : "stopped", ...ended }
  // Between two tries it does not run, whatever is planned.
  if (active === "activating")
    return show.get("SubState") === "auto-restart" ? { kind: "stopped", ...ended } : { kind: "starting" }
  if (active === "failed" && limitHit(show, restarts)) return { kind: "failed", ...ended }
  return { kind: "stopped", ...ended }
}

/** systemd names the limit as the result only of a start by hand; what kept restarting failed by it as well. */
function limitHit(show: Show, restarts: number): boolean {
  if (show.get("Result") === "start-limit-hit") return true
  const burst = Number(show.get("StartLimitBurst") ?? 0)
  return show.get("Restart") !== "no" && burst > 0 && restarts >= burst - 1 && restarts > 0
}

function exitIn(show: Show): string | undefined {
  const code = Number(show.get("ExecMainCode") ?? 0)
  const status = show.get("ExecMainStatus") ?? ""
  if (code === 1) return `exit ${status}`
  return code > 1 ? `signal ${status}` : undefined
}

/** Without lingering a user's units end with the last log-in; where a screen is used that is as wanted. */
function lingering(answer: Answer, { name }: Service): string | undefined {
  const headless = answer.one("linger") === "no" && answer.one("display") === undefined
  const user = shellWord(answer.one("user") ?? "")
  if (!headless) return undefined
  return `lingering is off: ${shown(name)} ends when ${user} logs out, and does not start at boot. Run: loginctl enable-linger ${user}`
}
