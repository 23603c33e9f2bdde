import { shellWord, shown } from "../../../core/escape.ts"
import type { Foreign } from "../../../core/foreign.ts"
import type { PairingStatus } from "../../../gateways/pairing.ts"
import { formatOnHost } from "../../../probes/listeners/describe.ts"
import type { PairingInputs } from "./inputs.ts"

/** What to do about a pairing that is not as it must be, in words, with the command. */
export function remedyFor(status: PairingStatus, { host, product, node = "" }: PairingInputs): string {
  const at = (words: string) => formatOnHost(host, `${product} ${words}`)
  const approve = ({ word }: Foreign) => `approve it: ${at(`devices approve ${word}`)}`
  const restart = `\`${product} node restart\` on its host`
  switch (status.kind) {
    case "pending":
      if (status.pending.isFirstAsNode)
        return `${approve(status.pending.request)} (or approve: true), then restart the node: ${restart}`
      return `it asks for more than a first pairing of a node: look at it, then ${approve(status.pending.request)}`
    case "dropped":
      return `start the node anew with the gateway's token, so that it asks to be paired: ${restart}`
    case "several": {
      const remove = product === "openclaw" ? ", or remove the others: openclaw devices remove ID" : ""
      return `name the right one's id (device: …)${remove}; whole ids: ${at("devices list")}`
    }
    case "unknown":
      return `start the node, under the display name ${JSON.stringify(shown(node))}: ${restart}`
    case "paired":
      return pairedRemedy(status, at, restart)
  }
}

function pairedRemedy(
  { node: { id, connected, revoked, silent, pendingPermissions }, pending }: Extract<PairingStatus, { kind: "paired" }>,
  at: (words: string) => string,
  restart: string,
): string {
  const request = pending && at(`devices approve ${pending.request.word}`)
  if (revoked && request) return `to let it in again: ${request}, then ${restart}`
  if (revoked) return `to let it in again: start it with the gateway's token, then approve what it asks: ${restart}`
  if (!connected && pending && pending.id !== id) {
    return `start the node: ${restart}. Another device asks under its name; if that is it: ${request}, then ${restart}`
  }
  if (!connected) return `start the node, anew where it waits for its approval: ${restart}`
  if (pendingPermissions) return `approve what it may do: ${at(`nodes approve ${pendingPermissions.request.word}`)}`
  if (!silent) return ""
  const revoke = at(`devices revoke --device ${shellWord(id)} --role node`)
  return `the gateway let it in by itself, and drops it while it is away once another device pairs there under its name. For an approval that stays: ${revoke}, approve what it then asks, ${restart}`
}
