import { counted } from "../../core/counted.ts"
import { shown } from "../../core/escape.ts"
import { formatMinute } from "../../core/time.ts"
import type { Live, Process, ServiceSnapshot } from "./manager.ts"

/** What is wrong in a snapshot that the snapshot alone does not tell. */
export interface Wrong {
  /** The file is not the declared one. */
  readonly content: boolean
  /** The words for a token that the loaded definition must not give. */
  readonly token: string | undefined
  /** Nobody wants it to run: not installed, or switched off by its user, is right as well. */
  readonly optional: boolean
}

/** What stands between the file and the process; stable, for machines. */
export type DefinitionCode =
  | "loaded"
  | "absent"
  | "unknown"
  | "elsewhere"
  | "broken"
  | "masked"
  | "off"
  | "unloaded"
  | "no-file"
  | "stale"
  | "other"
  | "token"
  | "not-enabled"

/** Describes the layer between the file and the process. */
export function describeDefinition(
  snapshot: ServiceSnapshot,
  { content, token, optional }: Wrong,
): { readonly code: DefinitionCode; readonly message: string } {
  const { loaded, file, enabled } = snapshot
  const say = (code: DefinitionCode, message: string) => ({ code, message })
  if (loaded.kind === "absent") return say("absent", loaded.why ? `not installed: ${loaded.why}` : "not installed")
  if (loaded.kind === "unknown") return say("unknown", `unknown: ${loaded.reason}`)
  if (loaded.kind === "elsewhere")
    return say("elsewhere", `not installed: the name is loaded from ${shown(loaded.path)}`)
  if (loaded.kind === "broken") return say("broken", `cannot be loaded: ${loaded.reason}`)
  if (loaded.kind === "masked") return optional ? say("off", "switched off (masked)") : say("masked", "masked")
  if (optional && isSwitchedOff(snapshot)) return say("off", "switched off (not enabled, not running)")
  if (loaded.kind === "unloaded") return say("unloaded", "not loaded")
  if (file.kind === "absent") return say("no-file", "loaded, but its file is missing")
  if (loaded.kind === "stale") return say("stale", "edited on disk but not reloaded")
  if (content) return say("other", "loaded, but not as declared")
  if (token !== undefined) return say("token", `loaded, with ${token} in it`)
  return enabled ? say("loaded", "loaded") : say("not-enabled", "loaded, but not enabled")
}

/** What its user does not want to run, nobody starts. */
function isSwitchedOff({ loaded, enabled, process }: ServiceSnapshot): boolean {
  const off = loaded.kind === "masked" || !enabled
  return off && !["running", "starting", "draining"].includes(process.kind)
}

/** Whether it is not installed, or switched off by its user. */
export function isOff(definition: DefinitionCode | undefined): boolean {
  return definition === "absent" || definition === "elsewhere" || definition === "off"
}

export function describeProcess(process: Process, live: Live | undefined): string {
  if (process.kind === "running") return `running${live ? ` since ${formatMinute(live.started * 1000)}` : ""}`
  if (process.kind === "starting") return "starting"
  if (process.kind === "draining") return "ending its work before it starts anew"
  const { exit, restarts } = process
  const times = restarts ? counted(restarts, "restart") : undefined
  const facts = [exit === undefined ? undefined : shown(exit, 40), times].filter((fact) => fact !== undefined)
  const ended = facts.length > 0 ? ` (${facts.join(", ")})` : ""
  return `${process.kind === "failed" ? "failed: start limit hit" : "not running"}${ended}`
}

/** Whether it runs, or will without help. */
export function isUp(process: Process["kind"] | undefined): boolean {
  return process === "running" || process === "starting" || process === "draining"
}
