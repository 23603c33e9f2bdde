import type { Foreign } from "../../core/foreign.ts"
import type { PairedNode } from "../../gateways/pairings.ts"
import { deviceOf } from "../resolve/device.ts"
import type { NodeView } from "../resolve/view.ts"
import { type Cause, hostCommand } from "./cause.ts"

/** Reports what the gateway knows of the node's device, which the node's own store names. */
export function pairingCauses(view: NodeView): Cause[] {
  const { name, survey, member, gateway, live } = view
  const device = deviceOf(view)
  if (!gateway || !device) return []
  const { pending, paired } = device
  const { host } = gateway.survey.target
  const say = (code: Cause["code"], sentence: string, remedy: string): Cause[] => [
    { code, weight: "broken", who: name, host: survey.target.host, sentence, remedy },
  ]
  const approve = ({ word }: Foreign, what = "devices") =>
    hostCommand(host, `${member.product} ${what} approve ${word}`)
  if (pending)
    return say(
      "pairing-pending",
      `pairing of ${name} is pending: ${gateway.name} waits for an approval (request ${pending.request})`,
      approve(pending.request),
    )
  if (paired?.revoked)
    return say(
      "revoked",
      `the device token of ${name} was revoked on ${gateway.name}: it must pair again, with the gateway's token`,
      describePairingFix(name),
    )
  if (paired?.pendingPermissions?.first)
    return say(
      "pairing-pending",
      `${name} is paired, but its permissions are pending on ${gateway.name} (request ${paired.pendingPermissions.request})`,
      approve(paired.pendingPermissions.request, "nodes"),
    )
  const known = survey.stores.some((store) => /"?device|ed25519|PRIVATE KEY/i.test(store.toString("latin1")))
  if (!paired && known && member.process) {
    const [pruned] = say(
      "pruned",
      `${gateway.name} does not know the device of ${name}: its pairing was pruned or removed${hasToken(live) ? "" : `, and ${name} has no token to pair again`}`,
      describePairingFix(name),
    )
    return pruned ? [{ ...pruned, weight: hasToken(live) ? "risk" : "broken" }] : []
  }
  return awayCauses(paired, name, gateway.name, survey.target.host)
}

function hasToken({ wins }: NodeView["live"]): boolean {
  return wins?.value !== undefined
}

function awayCauses(paired: PairedNode | undefined, name: string, gateway: string, host: string): Cause[] {
  if (!paired || paired.connected) return []
  return [
    { code: "away", weight: "note", who: name, host, sentence: `${name} is paired with ${gateway}, but not connected` },
  ]
}

function describePairingFix(name: string): string {
  return `give ${name} the gateway's token once (gateway.remote.token), and restart it`
}
