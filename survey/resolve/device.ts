import type { PairedNode, PairingRequest } from "../../gateways/pairings.ts"
import { products } from "../../products/index.ts"
import type { NodeView } from "./view.ts"

/** What the gateway knows of a node's device. */
export interface Device {
  readonly pending: PairingRequest | undefined
  readonly paired: PairedNode | undefined
}

/** Returns the device that the node's own store names; undefined if the gateway was not asked. */
export function deviceOf({ survey, gateway }: Pick<NodeView, "survey" | "gateway">): Device | undefined {
  const pairings = gateway?.pairings
  const isIt = ({ id }: { readonly id: string }) => survey.stores.some((store) => store.includes(id))
  return pairings && { pending: pairings.requests.find(isIt), paired: pairings.nodes.find(isIt) }
}

/** Checks whether its device's token overrides the winner, and its gateway knows the device. */
export function hasOwnToken(view: NodeView): boolean {
  if (view.member.isClient) return false
  const { precedence } = products[view.member.product].roles.node
  const at = (source: string | undefined) => precedence.findIndex((each) => each.source === source)
  const paired = deviceOf(view)?.paired
  const before = at("device token") < at(view.live.wins?.source)
  return before && paired !== undefined && !paired.revoked && keepsToken(view)
}

/** Checks whether a node still has its device's token, which clawdbot keeps in a file of its own. */
function keepsToken({ member, survey }: NodeView): boolean {
  return member.product !== "clawdbot" || survey.stores.some((store) => /"tokens"\s*:\s*\{\s*"node"/.test(`${store}`))
}
