import { matchesSpec, type Owner } from "../../probes/listeners/owner.ts"
import { foreignOwnersOn } from "../resolve/port.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"

/** Lists the owners of the gateway's port that are not the gateway. */
export function evictedOf({ survey, member }: GatewayView | NodeView): string[] {
  return foreignOwnersOn(survey, member).flatMap((owner) => specOf(owner).filter((spec) => matchesSpec(owner, spec)))
}

function specOf(owner: Owner): string[] {
  if (owner.kind === "container") return [`docker:${owner.container.name}`]
  if (owner.kind === "unseen") return []
  const { service, script, program } = owner.process
  if (service) return service.system ? [] : [`${service.manager}:${service.name}`]
  return [`process:${script ?? program}`]
}
