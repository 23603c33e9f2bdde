import type { Act, Loaded, Manager, ServiceSnapshot } from "./manager.ts"

/** What must be done: nothing, the smallest acts in their order, or why nothing can be. */
export type Plan =
  | { readonly kind: "acts"; readonly write: boolean; readonly acts: readonly Act[] }
  | { readonly kind: "obstacle"; readonly loaded: Loaded["kind"] }

/** What is wrong in a snapshot that the snapshot alone does not tell. */
export interface Faults {
  /** The declared definition, where it is owned: what is missing is made. */
  readonly declared: Uint8Array | undefined
  /** Its file is not the declared one. */
  readonly content: boolean
  /** The loaded definition gives a token that it must not give. */
  readonly tokens: boolean
  /** Its live process ignores that token: a reload is enough. */
  readonly ignored?: boolean
  /** The live process runs with another token than it must. */
  readonly process: boolean
  /** It was started from another definition than the declared one. */
  readonly older: boolean
}

/** One restart at most, and none where a start or a reload does it. */
export function planOf(manager: Manager, snapshot: ServiceSnapshot, faults: Faults): Plan {
  const { loaded, file, process, enabled } = snapshot
  const { declared } = faults
  const write = declared !== undefined && (faults.content || file.kind !== "file")
  const missing = declared === undefined && file.kind === "absent"
  if (["unknown", "elsewhere", "masked"].includes(loaded.kind)) return { kind: "obstacle", loaded: loaded.kind }
  if (missing || (loaded.kind === "broken" && !write)) {
    return { kind: "obstacle", loaded: loaded.kind === "broken" ? "broken" : "absent" }
  }
  // A file that is put back to what is loaded already needs no more.
  const stale = write ? !snapshot.isLoaded?.(declared) : loaded.kind === "stale"
  const reload =
    stale ||
    faults.tokens ||
    (faults.older && manager.reloadRestarts) ||
    ["absent", "unloaded", "broken"].includes(loaded.kind)
  const acts: Act[] = []
  if (!enabled || loaded.kind === "absent") acts.push("enable")
  if (process.kind === "failed") acts.push("reset")
  if (reload) acts.unshift("reload")
  if (!(reload && manager.reloadRestarts)) {
    const wrong = faults.process || faults.older || (faults.tokens && !faults.ignored)
    if (process.kind === "failed" || process.kind === "stopped") acts.push("start")
    else if (process.kind === "running" && wrong) acts.push("restart")
  }
  return { kind: "acts", write, acts }
}

/** Whether a process that runs is ended by these acts, and started again. */
export function restarts(plan: Plan, manager: Manager, { process }: ServiceSnapshot): boolean {
  if (plan.kind !== "acts" || process.kind !== "running") return false
  return plan.acts.includes("restart") || (manager.reloadRestarts && plan.acts.includes("reload"))
}

/** The acts in words, for a preview: what `up` will do. */
export function describePlan({ write, acts }: Extract<Plan, { kind: "acts" }>, manager: Manager): string {
  const words = acts.flatMap((act) => {
    if (act === "reload")
      return manager.reloadRestarts ? ["loads it anew, which restarts it once"] : ["reloads the definition"]
    if (act === "restart") return ["restarts it once"]
    if (act === "reset") return ["clears the count of failed starts"]
    return [`${act}s it`]
  })
  const all = [...(write ? ["writes the definition"] : []), ...words]
  if (all.length === 0) return "changes nothing"
  const last = all.pop()
  return all.length > 0 ? `${all.join(", ")} and ${last}` : `${last}`
}
