import { gatewaysIn, type Owner, ownersIn } from "../../listeners/owner.ts"
import { ownerWords, stopCommand } from "../../listeners/words.ts"
import { hostName } from "../names.ts"
import type { Survey } from "../survey.ts"
import { type Cause, command } from "./cause.ts"

/** Gateways on a host whose own home has none. */
export function strayCauses(survey: Survey): Cause[] {
  if (survey.members.some(({ role }) => role === "gateway") || survey.members.length === 0) return []
  const { host } = survey.target
  const at = hostName(host, survey.sight)
  return [...survey.ports].flatMap(([port, sight]) =>
    gatewaysIn(sight).map((owner) => ({
      ...{ code: "second-gateway", weight: weightOf(owner, survey), who: at, host },
      sentence: `a second gateway runs on ${at}, where only a node should: ${ownerWords(owner, sight, "a second gateway")}`,
      remedy: command(host, stopCommand(owner, port, sight)),
    })),
  )
}

/** One of another home, with a port of its own, may be meant so. */
export function weightOf(owner: Owner, survey: Survey): "risk" | "note" {
  if (owner.kind !== "process") return "risk"
  const { pid } = owner.process
  const ours = survey.sight.processes.find((process) => process.pid === pid)?.home === survey.sight.home
  const listens = [...survey.ports.values()].some((sight) =>
    ownersIn(sight).some((other) => other.kind === "process" && other.process.pid === pid),
  )
  return ours || listens ? "risk" : "note"
}
