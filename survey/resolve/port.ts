import { listGateways, listOwners, type Owner } from "../../probes/listeners/owner.ts"
import type { Member } from "../collect/member.ts"
import { isHere, mayBeCommand } from "../collect/members.ts"
import type { Survey } from "../collect/survey.ts"

/** Checks whether an owner is the member's own process, or its parent. */
export function isOwn(owner: Owner, { process }: Member): boolean {
  if (owner.kind !== "process" || !process) return false
  return owner.process.pid === process.pid || owner.process.pid === process.parent
}

/** Lists the owners of the gateway's port that are not the gateway. */
export function foreignOwnersOn({ ports }: Survey, member: Member): Owner[] {
  const snapshot = ports.get(member.port)
  return snapshot ? listOwners(snapshot).filter((owner) => !isOwn(owner, member)) : []
}

/** Lists gateways that run, or may run, from this home; other homes and users are not reported. */
export function gatewaysOf({ ports, snapshot }: Survey, port: number): Owner[] {
  const seen = ports.get(port)
  if (!seen) return []
  return listGateways(seen).filter((owner) => {
    if (owner.kind === "container") return owner.container.publishes
    if (owner.kind === "unseen") return false
    // A process that started after the home's snapshot has no known owner.
    const process = snapshot.processes.find(({ pid }) => pid === owner.process.pid)
    return (
      process !== undefined && process.uid === snapshot.owner && isHere(process, snapshot) && !mayBeCommand(process)
    )
  })
}
