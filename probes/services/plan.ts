import type { Act, Loaded, Manager, ServiceSnapshot } from "./manager.ts"

/** The smallest acts in their order, or the obstacle to them. */
export type Plan =
  | { readonly kind: "acts"; readonly write: boolean; readonly acts: readonly Act[] }
  | { readonly kind: "obstacle"; readonly loaded: Loaded["kind"] }

/** Faults of a service that the snapshot alone does not show. */
export interface ServiceFaults {
  /** The declared definition, if gatekey owns it: a missing file is created. */
  readonly declared: Uint8Array | undefined
  /** The file differs from the declared one. */
  readonly content: boolean
  /** The loaded definition passes a token that it must not pass. */
  readonly tokens: boolean
  /** Its live process ignores that token: a reload is enough. */
  readonly ignored?: boolean
  /** The live process runs with a wrong token. */
  readonly process: boolean
  /** It was started from another definition than the declared one. */
  readonly older: boolean
}

/** Plans the acts: one restart at most, and none if a start or a reload is enough. */
export function createPlan(manager: Manager, snapshot: ServiceSnapshot, faults: ServiceFaults): Plan {
  const { loaded, file, process, enabled } = snapshot
  const { declared } = faults
  const write = declared !== undefined && (faults.content || file.kind !== "file")
  const missing = declared === undefined && file.kind === "absent"
  if (["unknown", "elsewhere", "masked"].includes(loaded.kind)) return { kind: "obstacle", loaded: loaded.kind }
  if (missing || (loaded.kind === "broken" && !write)) {
    return { kind: "obstacle", loaded: loaded.kind === "broken" ? "broken" : "absent" }
  }
  // A file that is restored to the loaded definition needs no reload.
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

/** Checks whether a plan restarts a running process. */
export function restartsProcess(plan: Plan, manager: Manager, { process }: ServiceSnapshot): boolean {
  if (plan.kind !== "acts" || process.kind !== "running") return false
  return plan.acts.includes("restart") || (manager.reloadRestarts && plan.acts.includes("reload"))
}

/** Describes the acts of `up`, for a preview. */
export function describePlan({ write, acts }: Extract<Plan, { kind: "acts" }>, manager: Manager): string {
  const descriptions = acts.flatMap((act) => {
    if (act === "reload")
      return manager.reloadRestarts ? ["reloads it, which restarts it once"] : ["reloads the definition"]
    if (act === "restart") return ["restarts it once"]
    if (act === "reset") return ["clears the count of failed starts"]
    return [`${act}s it`]
  })
  const all = [...(write ? ["writes the definition"] : []), ...descriptions]
  if (all.length === 0) return "changes nothing"
  const last = all.pop()
  return all.length > 0 ? `${all.join(", ")} and ${last}` : `${last}`
}
