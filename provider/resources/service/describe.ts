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
import { isBound, rehearsed, type ServiceInputs } from "./inputs.ts"

/** Each layer that is not as it must be, and what `up` will do about it. */
export function announce(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, log: Log, fresh = false): void {
  if (inputs.act === "watch") return
  if (isBound(inputs)) announceKnown(run, now, inputs, log, fresh)
  else announceFirst(run, now, rehearsed(inputs), log)
}

function announceKnown(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, log: Log, fresh: boolean): void {
  const wrong = wrongWords(run, now.shown, inputs)
  if (wrong === "") return
  const obstacle = obstacleOf(run, now, inputs, fresh)
  if (obstacle) log("warning", { message: wrong, fix: `\`pulumi up\` cannot fix it: ${obstacle}`, restart: "none" })
  else {
    const { does, restart } = planned(now, inputs)
    log("warning", { message: `${wrong}${because(inputs)}`, fix: does, restart })
  }
}

/** Before there is a Token: what would end a process that runs, and nothing else. */
function announceFirst(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, log: Log): void {
  if (isSkipped(run, now.shown, inputs)) return
  const { does, restart } = planned(now, inputs)
  if (restart === "once") {
    const message = `${wrongWords(run, now.shown, inputs)}${because(inputs)}`
    log("warning", { message, fix: does, restart })
  } else if (now.hasCopy)
    log(
      "info",
      "is not restarted: a copy of its token stays in the environment of its process until its next start, and is ignored, as the config comes first",
    )
}

function because({ why }: ServiceInputs): string {
  return why ? ` (${why})` : ""
}

/** Describes a change that was asked for. */
export function describePlannedChange(now: ServiceEvaluation, inputs: ServiceInputs, asked: ServiceInputs): Notice {
  if (asked.runsWith === inputs.runsWith && !now.faults.content) {
    const plan = "it is checked again in the `up`, and reloaded or restarted only if it must be"
    return { message: "its places change", plan, restart: "perhaps" }
  }
  const change = asked.runsWith === inputs.runsWith ? "another program" : `${asked.runsWith} => ${inputs.runsWith}`
  const { does, restart } = planned(now, inputs)
  return { message: change, plan: does, restart }
}

/** What an `up` does, and what becomes of the process. */
function planned({ snapshot, faults, answers }: ServiceEvaluation, { manager: name, gateway }: ServiceInputs) {
  const manager = managers[name]
  const plan = createPlan(manager, snapshot, faults)
  const restart: Interruption = restartsProcess(plan, manager, snapshot) ? "once" : "none"
  const say = (does: string) => ({ does: `\`pulumi up\` ${does}`, restart })
  if (plan.kind !== "acts") return say("changes nothing")
  if (answers && !plan.write && plan.acts.length === 0) return say("changes it without a restart")
  const acts = describePlan(plan, manager)
  if (!gateway || restart === "none") return say(acts)
  const seconds = serviceSeconds[gateway.product as ProductName]
  return say(
    `${acts}: about ${seconds} s without an answer, longer on a busy machine; it waits until the gateway is back`,
  )
}

function wrongWords(run: Run, shown: ServiceDescription, wanted: ServiceInputs): string {
  const words = { definition: "definition: ", process: "", runsWith: "runs with " }
  return layers
    .filter((key) => !isRight(run, key, shown, wanted))
    .map((key) => `${words[key]}${shown[key]}${key === "runsWith" ? `; must run with ${wanted.runsWith}` : ""}`)
    .join("; ")
}

const always = { launchd: "KeepAlive true in its property list", systemd: "Restart=always in its unit" }

/** A service that stays down once it has ended without an error, and must not. */
export function describeKeepAlive(
  { keepsAlive }: ServiceSnapshot,
  { keepAlive, manager }: Pick<ServiceInputs, "keepAlive" | "manager">,
): string | undefined {
  if (keepAlive === undefined || keepsAlive !== false) return undefined
  const mended = manager === "launchd" || manager === "systemd" ? `; set ${always[manager]}` : ""
  return `is not started again when it ends without an error: ${keepAlive}${mended}`
}

/** Describes a service that is only watched, and is not as it must be. */
export function watched(run: Run, shown: ServiceDescription, inputs: ServiceInputs): Notice | undefined {
  const wrong = isBound(inputs) ? wrongWords(run, shown, inputs) : ""
  if (wrong === "") return undefined
  return { message: wrong, fix: "it is only watched: `pulumi up` leaves it as it is", restart: "none" }
}
