import { expectedPairing, noUndeclared } from "../../../gateways/pairing.ts"
import { productNames } from "../../../products/product.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { hasUnknown } from "../../inputs.ts"
import { boolean, digest, host, oneOf, port, positive, secret, string, strings } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { bound } from "../bound.ts"

export const pairingDeclaration = {
  about:
    "The pairing of a node, as its gateway knows it; with `declared`, the pairings of a gateway that are not declared.",
  inputs: {
    host: preset(host, "local", "The host of the gateway: `local`, or `ssh://[user@]name[:port]`."),
    port: need(port, "The TCP port of the gateway on its host."),
    product: preset(oneOf(productNames), "openclaw", "The product that the gateway belongs to."),
    tlsFingerprint: may(digest, "The SHA-256 of the gateway's certificate in hex, if it speaks TLS."),
    node: may(string, "The display name of the node; without it, `declared` must be given."),
    device: may(string, "The id of the node's device, if its name is not enough: any client can use any name."),
    approve: preset(boolean, false, "Approve the first pairing of this node, and what it may do then."),
    from: may(string, "The host of the node; a node on a host that may lag is not waited for."),
    declared: may(strings, "In place of `node`: all declared nodes, by name or device id."),
    authority: may(string, "The id of the Authority of its guard, if the gateway trusts one: no token lets in then."),
    header: may(positive, "The generation of the header by which the guard says who is there. Default: 1."),
    userHeader: may(secret, "The name of that header, if a proxy of the user's own stands there in place of a guard."),
    certificate: may(
      positive,
      "The generation of the node's certificate: with another one, the token of its device is revoked.",
    ),
    ...bound,
  },
  computed: {
    pairing: need(string, "`approved, connected`, or a description of what else the gateway knows of the node."),
  },
  outputs: {
    code: may(string, "The code of what `pairing` describes; `unasked` if the gateway could not be asked."),
    unseen: may(boolean, "The gateway could not be asked."),
    since: may(string, "When the node connected, in UTC; empty if it is not connected."),
    told: may(string, "The last description in `pairing` that an `up` reported and left."),
    pairedDevice: may(string, "The id of the device that was paired."),
    silent: may(boolean, "The gateway approved the device without asking."),
  },
}

/** Checked inputs of a pairing, when all of them are known. */
export type PairingInputs = Inputs<typeof pairingDeclaration>

/** The inputs that identify the pairing. */
export const identity = ["host", "port", "node"] as const

/** The inputs that require another check. */
export const deciding = [
  "product",
  "tlsFingerprint",
  "device",
  "approve",
  "declared",
  "generation",
  "fingerprint",
  "authority",
  "header",
  "userHeader",
  "certificate",
] as const

/** Fills in defaults, and reports all problems at once. */
export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(pairingDeclaration, news)
  const { node, device, declared } = given
  if (given.token === undefined && given.authority === undefined)
    failures.push({ property: "token", reason: "is missing; expected a token, or the authority of a guard" })
  if (node === "") failures.push({ property: "node", reason: "is empty" })
  if (node === undefined && device !== undefined) failures.push({ property: "node", reason: "is missing" })
  if ((node === undefined) === (declared === undefined)) {
    const reason = "give either one node, or `declared` with all declared nodes"
    failures.push({ property: "node", reason })
  }
  return { inputs: { ...given, pairing: node === undefined ? noUndeclared : expectedPairing }, failures }
}

export function isKnown(inputs: Properties): inputs is PairingInputs {
  return [...identity, ...deciding, "token"].every((key) => !hasUnknown(inputs[key]))
}

export function pairingId({ host, port, node }: Pick<PairingInputs, "host" | "port" | "node">): string {
  return [host, port, node ?? "strays"].join("|")
}
