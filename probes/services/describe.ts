import { formatCount } from "../../core/counted.ts"
import { shown } from "../../core/escape.ts"
import { formatMinute } from "../../core/time.ts"
import type { LiveProcess, ProcessState, ServiceSnapshot } from "./manager.ts"

/** Faults of a definition that the snapshot alone does not show. */
export interface DefinitionFaults {
  /** The file differs from the declared one. */
  readonly content: boolean
  /** The description of a token that the loaded definition must not contain. */
  readonly token: string | undefined
  /** It need not run: not installed, or switched off by its user, is right too. */
  readonly optional: boolean
}

/** The state of the definition, as a stable code for machines. */
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
  { content, token, optional }: DefinitionFaults,
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

/** Checks whether the user switched the service off. */
function isSwitchedOff({ loaded, enabled, process }: ServiceSnapshot): boolean {
  const off = loaded.kind === "masked" || !enabled
  return off && !["running", "starting", "draining"].includes(process.kind)
}

/** Checks whether a service is not installed, or switched off by its user. */
export function isOff(definition: DefinitionCode | undefined): boolean {
  return definition === "absent" || definition === "elsewhere" || definition === "off"
}

export function describeProcess(process: ProcessState, live: LiveProcess | undefined): string {
  if (process.kind === "running") return `running${live ? ` since ${formatMinute(live.started * 1000)}` : ""}`
  if (process.kind === "starting") return "starting"
  if (process.kind === "draining") return "ending its work before it starts anew"
  const { exit, restarts } = process
  const times = restarts ? formatCount(restarts, "restart") : undefined
  const facts = [exit === undefined ? undefined : shown(exit, 40), times].filter((fact) => fact !== undefined)
  const details = facts.length > 0 ? ` (${facts.join(", ")})` : ""
  return `${process.kind === "failed" ? "failed: start limit hit" : "not running"}${details}`
}

/** Checks whether the process runs, or will start by itself. */
export function isUp(process: ProcessState["kind"] | undefined): boolean {
  return process === "running" || process === "starting" || process === "draining"
}
