import { gatewaysIn, type Owner, ownersIn } from "../../probes/listeners/owner.ts"
import type { Member } from "../collect/member.ts"
import { isHere, mayBeCommand } from "../collect/members.ts"
import type { Survey } from "../collect/survey.ts"

/** Whether it is the member's own process, or what started that. */
export function isOwn(owner: Owner, { process }: Member): boolean {
  if (owner.kind !== "process" || !process) return false
  return owner.process.pid === process.pid || owner.process.pid === process.parent
}

/** Who has the gateway's port, and is not the gateway. */
export function foreignOwnersOn({ ports }: Survey, member: Member): Owner[] {
  const snapshot = ports.get(member.port)
  return snapshot ? ownersIn(snapshot).filter((owner) => !isOwn(owner, member)) : []
}

/** Gateways that run from this home, or may: of other homes and other users nothing is told. */
export function gatewaysOf({ ports, snapshot }: Survey, port: number): Owner[] {
  const seen = ports.get(port)
  if (!seen) return []
  return gatewaysIn(seen).filter((owner) => {
    if (owner.kind === "container") return owner.container.publishes
    if (owner.kind === "unseen") return false
    // One that began after the home was looked at is whoever's.
    const process = snapshot.processes.find(({ pid }) => pid === owner.process.pid)
    return (
      process !== undefined && process.uid === snapshot.owner && isHere(process, snapshot) && !mayBeCommand(process)
    )
  })
}
