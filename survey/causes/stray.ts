import { ownerWords, stopCommand } from "../../listeners/words.ts"
import { hostName } from "../names.ts"
import { gatewaysOf } from "../port.ts"
import type { Survey } from "../survey.ts"
import { type Cause, command } from "./cause.ts"

/** Gateways on a host whose own home has none. */
export function strayCauses(survey: Survey): Cause[] {
  if (survey.members.some(({ role }) => role === "gateway") || survey.members.length === 0) return []
  const { host } = survey.target
  const at = hostName(host, survey.sight)
  return [...survey.ports].flatMap(([port, sight]) =>
    gatewaysOf(survey, port).map((owner) => ({
      ...{ code: "second-gateway", weight: "risk" as const, who: at, host },
      sentence: `a second gateway runs on ${at}, where only a node should: ${ownerWords(owner, sight, "a second gateway")}`,
      remedy: command(host, stopCommand(owner, port, sight)),
    })),
  )
}
