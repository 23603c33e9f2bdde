import { isPlainRoute, routeRule } from "../../../core/route.ts"
import { productNames } from "../../../products/product.ts"
import { credentials } from "../../../products/readers.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import type { GatewayAt } from "../../gateways/session.ts"
import { hasUnknown } from "../../inputs.ts"
import { boolean, digest, host, oneOf, path, port, string, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { bound } from "../bound.ts"

const route = withRule(string, (url) => (isPlainRoute(url) ? undefined : `must be ${routeRule}`))

export const handshakeDeclaration = {
  about: "Whether the running gateway accepts the declared token: one real connect, from its own host or a node's.",
  inputs: {
    host: preset(host, "local", "The host of the gateway: `local`, or `ssh://[user@]name[:port]`."),
    port: need(port, "The TCP port of the gateway on its host."),
    product: preset(oneOf(productNames), "openclaw", "The product that the gateway belongs to."),
    tlsFingerprint: may(digest, "The SHA-256 of the gateway's certificate in hex, if it speaks TLS."),
    published: may(
      boolean,
      "The port is published by a container, so that no client reaches the gateway from its loopback. Default: false.",
    ),
    mode: may(oneOf(credentials), "How the secret is sent. Default: as either, until the mode was declared once."),
    address: may(string, "The address on which the gateway listens on its host. Default: `127.0.0.1`."),
    from: may(host, "The host of a node that connects to the gateway by its own route. Default: the gateway's host."),
    url: may(route, "The route of the node, such as `ws://studio.local:18789`. Default: the route in `config`."),
    config: may(path, "The config file of the node, which contains its route."),
    shows: may(
      oneOf(["token", "nothing"]),
      "What is sent from the node: the token, as the node does, or nothing. Default: `token`.",
    ),
    member: may(string, "The name of the gateway or node in the declaration, for messages on why it cannot connect."),
    home: may(string, "The home folder of that member: an absolute folder. Default: `~`."),
    ...bound,
  },
  computed: {
    verdict: need(string, "`accepted` (if nothing is sent, `answers`), or a description of why not."),
  },
  outputs: {
    code: may(string, "The code of the verdict; `unasked` if the gateway could not be asked on the node's route."),
    told: may(string, "The last description in `verdict` that an `up` reported and left."),
  },
}

/** Checked inputs of a handshake, when all of them are known. */
export type HandshakeInputs = Inputs<typeof handshakeDeclaration>

/** The inputs that identify the handshake. */
export const identity = ["host", "port", "from"] as const

/** Fills in defaults, and reports all problems at once. */
export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(handshakeDeclaration, news)
  return { inputs: { ...given, verdict: given.shows === "nothing" ? "answers" : "accepted" }, failures }
}

export function isKnown(inputs: Properties): inputs is HandshakeInputs {
  return [...identity, "product", "tlsFingerprint", "url", "config"].every((key) => !hasUnknown(inputs[key]))
}

/** Checks whether the token is known already. */
export function isBound({ token, generation }: Properties): boolean {
  return typeof token === "string" && typeof generation === "number"
}

export function gatewayIn(inputs: HandshakeInputs): GatewayAt {
  const { host, port, product, tlsFingerprint, published = false, address, mode } = inputs
  return {
    ...{ host, port, product, published },
    ...(mode === undefined ? {} : { as: mode }),
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
    ...(address === undefined ? {} : { address }),
  }
}

export function handshakeId({ host, port, from }: HandshakeInputs): string {
  return [...(from === undefined ? [] : [from]), host, port].join("|")
}
