import { serviceSeconds } from "../../products/config-reloads.ts"
import type { ProductName } from "../../products/product.ts"
import { managers } from "../../services/index.ts"
import type { Sight } from "../../services/manager.ts"
import { planOf, planWords, restarts } from "../../services/plan.ts"
import type { Log } from "../resource.ts"
import { obstacleOf } from "./service-act.ts"
import { isBound, rehearsed, type ServiceInputs } from "./service-inputs.ts"
import { isLeft, isRight, type Judged, layers, type Shown } from "./service-judge.ts"

/** Each layer that is not as it must be, and what `up` will do about it. */
export function announce(now: Judged, inputs: ServiceInputs, log: Log, fresh = false): void {
  if (inputs.act === "watch") return
  if (isBound(inputs)) announceKnown(now, inputs, log, fresh)
  else announceFirst(now, rehearsed(inputs), log)
}

function announceKnown(now: Judged, inputs: ServiceInputs, log: Log, fresh: boolean): void {
  const wrong = wrongWords(now.shown, inputs)
  if (wrong === "") return
  const obstacle = obstacleOf(now, inputs, fresh)
  if (obstacle) log("warning", `${wrong}. \`pulumi up\` cannot mend it: ${obstacle}`)
  else log("warning", `${wrong}${because(inputs)}. \`pulumi up\` ${actsWords(now, inputs)}`)
}

/** Before there is a Token: what would end a process that runs, and nothing else. */
function announceFirst(now: Judged, inputs: ServiceInputs, log: Log): void {
  const manager = managers[inputs.manager]
  if (isLeft(now.shown, inputs)) return
  if (restarts(planOf(manager, now.sight, now.faults), manager, now.sight))
    log("warning", `${wrongWords(now.shown, inputs)}${because(inputs)}. \`pulumi up\` ${actsWords(now, inputs)}`)
  else if (now.hasCopy)
    log(
      "info",
      "is not restarted: a copy of its token stays in the environment of its process until its next start, and is ignored, as the config comes first",
    )
}

function because({ why }: ServiceInputs): string {
  return why ? ` (${why})` : ""
}

/** A change that was asked for. */
export function askedWords(now: Judged, inputs: ServiceInputs, asked: ServiceInputs): string {
  if (asked.runsWith === inputs.runsWith && !now.faults.content) {
    return "its places change: looked at again in the `up`, and reloaded or restarted only if it must be"
  }
  const change = asked.runsWith === inputs.runsWith ? "another program" : `${asked.runsWith} => ${inputs.runsWith}`
  return `${change}: \`pulumi up\` ${actsWords(now, inputs)}`
}

function actsWords({ sight, faults, answers }: Judged, { manager, gateway }: ServiceInputs): string {
  const plan = planOf(managers[manager], sight, faults)
  if (gateway && plan.kind === "acts" && restarts(plan, managers[manager], sight)) {
    const gap = `about ${serviceSeconds[gateway.product as ProductName]} s without an answer, longer on a busy machine`
    return `${planWords(plan, managers[manager])}: ${gap}; \`pulumi up\` waits until it is back`
  }
  if (answers && plan.kind === "acts" && !plan.write && plan.acts.length === 0) return "changes it without a restart"
  return plan.kind === "acts" ? planWords(plan, managers[manager]) : "changes nothing"
}

function wrongWords(shown: Shown, wanted: ServiceInputs): string {
  const words = { definition: "definition: ", process: "", runsWith: "runs with " }
  return layers
    .filter((key) => !isRight(key, shown, wanted))
    .map((key) => `${words[key]}${shown[key]}${key === "runsWith" ? `; must run with ${wanted.runsWith}` : ""}`)
    .join("; ")
}

const always = { launchd: "KeepAlive true in its property list", systemd: "Restart=always in its unit" }

/** A service that stays down once it has ended without an error, and must not. */
export function keepAliveWords(
  { keepsAlive }: Sight,
  { keepAlive, manager }: Pick<ServiceInputs, "keepAlive" | "manager">,
): string | undefined {
  if (keepAlive === undefined || keepsAlive !== false) return undefined
  const mended = manager === "launchd" || manager === "systemd" ? `; set ${always[manager]}` : ""
  return `is not started again when it ends without an error: ${keepAlive}${mended}`
}

/** What is said of one that is only watched. */
export function watchedWords(shown: Shown, inputs: ServiceInputs): string {
  const wrong = isBound(inputs) ? wrongWords(shown, inputs) : ""
  return wrong === "" ? "" : `${wrong}. It is only watched: \`pulumi up\` leaves it`
}
