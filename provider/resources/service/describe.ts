import type { Interruption, Notice } from "../../../core/notice.ts"
import { managers } from "../../../probes/services/index.ts"
import type { ServiceSnapshot } from "../../../probes/services/manager.ts"
import { createPlan, describePlan, restartsProcess } from "../../../probes/services/plan.ts"
import { serviceSeconds } from "../../../products/config-reloads.ts"
import type { ProductName } from "../../../products/product.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { obstacleOf } from "./act.ts"
import { isRight, isSkipped, layers, type ServiceDescription, type ServiceEvaluation } from "./evaluate.ts"
import { isBound, type ServiceInputs, withStackToken } from "./inputs.ts"

/** Reports each wrong layer, and what `up` will do about it. */
export function announce(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, log: Log, fresh = false): void {
  if (inputs.act === "watch") return
  if (isBound(inputs)) announceKnown(run, now, inputs, log, fresh)
  else announceFirst(run, now, withStackToken(inputs), log)
}

function announceKnown(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, log: Log, fresh: boolean): void {
  const wrong = describeFaults(run, now.description, inputs)
  if (wrong === "") return
  const obstacle = obstacleOf(run, now, inputs, fresh)
  if (obstacle) log("warning", { message: wrong, fix: `\`pulumi up\` cannot fix it: ${obstacle}`, restart: "none" })
  else {
    const { does, restart } = describePlanned(now, inputs)
    log("warning", { message: `${wrong}${describeReason(inputs)}`, fix: does, restart })
  }
}

/** Reports, before there is a Token, only what would end a running process. */
function announceFirst(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, log: Log): void {
  if (isSkipped(run, now.description, inputs)) return
  const { does, restart } = describePlanned(now, inputs)
  if (restart === "once") {
    const message = `${describeFaults(run, now.description, inputs)}${describeReason(inputs)}`
    log("warning", { message, fix: does, restart })
  } else if (now.hasCopy)
    log(
      "info",
      "is not restarted: its process keeps a copy of the token in its environment until its next start, and ignores it, because the config overrides it",
    )
}

function describeReason({ why }: ServiceInputs): string {
  return why ? ` (${why})` : ""
}

/** Describes a requested change. */
export function describePlannedChange(now: ServiceEvaluation, inputs: ServiceInputs, asked: ServiceInputs): Notice {
  if (asked.runsWith === inputs.runsWith && !now.faults.content) {
    const plan = "it is checked again in the `up`, and reloaded or restarted only if it must be"
    return { message: "its places change", plan, restart: "perhaps" }
  }
  const change = asked.runsWith === inputs.runsWith ? "another program" : `${asked.runsWith} => ${inputs.runsWith}`
  const { does, restart } = describePlanned(now, inputs)
  return { message: change, plan: does, restart }
}

/** Describes what an `up` does to the service, and whether that restarts it. */
function describePlanned({ snapshot, faults, answers }: ServiceEvaluation, { manager: name, gateway }: ServiceInputs) {
  const manager = managers[name]
  const plan = createPlan(manager, snapshot, faults)
  const restart: Interruption = restartsProcess(plan, manager, snapshot) ? "once" : "none"
  const result = (does: string) => ({ does: `\`pulumi up\` ${does}`, restart })
  if (plan.kind !== "acts") return result("changes nothing")
  if (answers && !plan.write && plan.acts.length === 0) return result("changes it without a restart")
  const acts = describePlan(plan, manager)
  if (!gateway || restart === "none") return result(acts)
  const seconds = serviceSeconds[gateway.product as ProductName]
  return result(
    `${acts}: about ${seconds} s without an answer, longer on a busy machine; it waits until the gateway is back`,
  )
}

function describeFaults(run: Run, shown: ServiceDescription, wanted: ServiceInputs): string {
  const prefixes = { definition: "definition: ", process: "", runsWith: "runs with " }
  return layers
    .filter((key) => !isRight(run, key, shown, wanted))
    .map((key) => `${prefixes[key]}${shown[key]}${key === "runsWith" ? `; expected ${wanted.runsWith}` : ""}`)
    .join("; ")
}

const always = { launchd: "KeepAlive true in its property list", systemd: "Restart=always in its unit" }

/** Describes a service that must run always, but stays down after it ends without an error. */
export function describeKeepAlive(
  { keepsAlive }: ServiceSnapshot,
  { keepAlive, manager }: Pick<ServiceInputs, "keepAlive" | "manager">,
): string | undefined {
  if (keepAlive === undefined || keepsAlive !== false) return undefined
  const mended = manager === "launchd" || manager === "systemd" ? `; set ${always[manager]}` : ""
  return `is not started again when it ends without an error: ${keepAlive}${mended}`
}

/** Describes a service that is only watched, and is wrong. */
export function describeWatched(run: Run, shown: ServiceDescription, inputs: ServiceInputs): Notice | undefined {
  const wrong = isBound(inputs) ? describeFaults(run, shown, inputs) : ""
  if (wrong === "") return undefined
  return { message: wrong, fix: "it is only watched: `pulumi up` changes nothing", restart: "none" }
}
