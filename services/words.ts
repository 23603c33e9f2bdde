import { counted } from "../core/counted.ts"
import { shown } from "../core/escape.ts"
import { minuteWords } from "../core/time.ts"
import type { Live, Process, Sight } from "./manager.ts"

/** What is wrong in a sight that the sight alone does not tell. */
export interface Wrong {
  /** The file is not the declared one. */
  readonly content: boolean
  /** The words for a token that the loaded definition must not give. */
  readonly token: string | undefined
  /** Nobody wants it to run: not installed, or switched off by its user, is right as well. */
  readonly optional: boolean
}

/** The layer between the file and the process, in words; `loaded` when all is well. */
export function definitionWords(sight: Sight, { content, token, optional }: Wrong): string {
  const { loaded, file, enabled } = sight
  if (loaded.kind === "absent") return loaded.why ? `not installed: ${loaded.why}` : "not installed"
  if (loaded.kind === "unknown") return `unknown: ${loaded.reason}`
  if (loaded.kind === "elsewhere") return `not installed: the name is loaded from ${shown(loaded.path)}`
  if (loaded.kind === "broken") return `cannot be loaded: ${loaded.reason}`
  if (loaded.kind === "masked") return optional ? "switched off (masked)" : "masked"
  if (optional && isSwitchedOff(sight)) return "switched off (not enabled, not running)"
  if (loaded.kind === "unloaded") return "not loaded"
  if (file.kind === "absent") return "loaded, but its file is missing"
  if (loaded.kind === "stale") return "edited on disk but not reloaded"
  if (content) return "loaded, but not as declared"
  if (token !== undefined) return `loaded, with ${token} in it`
  return enabled ? "loaded" : "loaded, but not enabled"
}

/** What its user does not want to run, nobody starts. */
function isSwitchedOff({ loaded, enabled, process }: Sight): boolean {
  const off = loaded.kind === "masked" || !enabled
  return off && !["running", "starting", "draining"].includes(process.kind)
}

/** Not installed, or switched off: right where nothing else is asked for. */
export function isOff(definition: string): boolean {
  return /^(not installed|switched off)/.test(definition)
}

export function processWords(process: Process, live: Live | undefined): string {
  if (process.kind === "running") return `running${live ? ` since ${minuteWords(live.started * 1000)}` : ""}`
  if (process.kind === "starting") return "starting"
  if (process.kind === "draining") return "ending its work before it starts anew"
  const { exit, restarts } = process
  const times = restarts ? counted(restarts, "restart") : undefined
  const facts = [exit === undefined ? undefined : shown(exit, 40), times].filter((fact) => fact !== undefined)
  const ended = facts.length > 0 ? ` (${facts.join(", ")})` : ""
  return `${process.kind === "failed" ? "failed: start limit hit" : "not running"}${ended}`
}

/** Whether it runs, or will without anybody's help. */
export function isUp(process: string): boolean {
  return /^(running|starting|ending)/.test(process)
}
