import { shellWord, shown } from "../../../core/escape.ts"
import type { Foreign } from "../../../core/foreign.ts"
import type { PairingStatus } from "../../../gateways/pairing.ts"
import { formatOnHost } from "../../../probes/listeners/describe.ts"
import type { PairingInputs } from "./inputs.ts"

/** Describes how to fix a pairing, with the command. */
export function remedyFor(status: PairingStatus, { host, product, node = "" }: PairingInputs): string {
  const at = (command: string) => formatOnHost(host, `${product} ${command}`)
  const approve = ({ word }: Foreign) => `approve it: ${at(`devices approve ${word}`)}`
  const restart = `\`${product} node restart\` on its host`
  switch (status.kind) {
    case "pending":
      if (status.pending.isFirstAsNode)
        return `${approve(status.pending.request)} (or approve: true), then restart the node: ${restart}`
      return `it requests more than a first pairing of a node: check it, then ${approve(status.pending.request)}`
    case "dropped":
      return `restart the node with the gateway's token, so that it requests a pairing: ${restart}`
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
  at: (command: string) => string,
  restart: string,
): string {
  const request = pending && at(`devices approve ${pending.request.word}`)
  if (revoked && request) return `to accept it again: ${request}, then ${restart}`
  if (revoked) return `to accept it again: start it with the gateway's token, then approve its request: ${restart}`
  if (!connected && pending && pending.id !== id) {
    return `start the node: ${restart}. Another device requests a pairing under its name; if that is the node: ${request}, then ${restart}`
  }
  if (!connected) return `start the node, or restart it if it waits for its approval: ${restart}`
  if (pendingPermissions) return `approve what it may do: ${at(`nodes approve ${pendingPermissions.request.word}`)}`
  if (!silent) return ""
  const revoke = at(`devices revoke --device ${shellWord(id)} --role node`)
  return `the gateway approved it by itself, and removes it if another device pairs under its name while it is away. For a permanent approval: ${revoke}, approve its new request, ${restart}`
}
