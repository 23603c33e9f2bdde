import { managers } from "../../services/index.ts"
import type { Sight } from "../../services/manager.ts"
import { planOf, planWords } from "../../services/plan.ts"
import type { Log } from "../resource.ts"
import type { Properties } from "../wire.ts"
import { obstacleOf } from "./service-act.ts"
import { isBound, type ServiceInputs } from "./service-inputs.ts"
import { isRight, type Judged, layers, type Shown } from "./service-judge.ts"

/** Each layer that is not as it must be, and what `up` will do about it. */
export function announce(now: Judged, inputs: ServiceInputs, log: Log, fresh = false): void {
  if (inputs.act === "watch" || !isBound(inputs as unknown as Properties)) return
  const wrong = wrongWords(now.shown, inputs)
  if (wrong === "") return
  const obstacle = obstacleOf(now, inputs, fresh)
  if (obstacle) log("warning", `${wrong}. \`pulumi up\` cannot mend it: ${obstacle}`)
  else log("warning", `${wrong}${inputs.why ? ` (${inputs.why})` : ""}. \`pulumi up\` ${actsWords(now, inputs)}`)
}

/** A change that was asked for. */
export function askedWords(now: Judged, inputs: ServiceInputs, asked: ServiceInputs): string {
  if (asked.runsWith === inputs.runsWith && !now.faults.content) {
    return "its places change: looked at again in the `up`, and reloaded or restarted only if it must be"
  }
  const change = asked.runsWith === inputs.runsWith ? "another program" : `${asked.runsWith} => ${inputs.runsWith}`
  return `${change}: \`pulumi up\` ${actsWords(now, inputs)}`
}

function actsWords({ sight, faults, answers }: Judged, { manager }: ServiceInputs): string {
  const plan = planOf(managers[manager], sight, faults)
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
  const wrong = isBound(inputs as unknown as Properties) ? wrongWords(shown, inputs) : ""
  return wrong === "" ? "" : `${wrong}. It is only watched: \`pulumi up\` leaves it`
}
