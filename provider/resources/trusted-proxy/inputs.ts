import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import type { GatewayAt } from "../../gateways/gateway-at.ts"
import { boolean, host, list, object, oneOf, path, port, positive, secret, string, strings } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"

const identityScopes = object("TrustedIdentity", {
  identity: need(string, "What the guard says of a client, such as `node:tw`."),
  scopes: may(strings, "What it may do at the gateway, such as `operator.read`. Default: nothing, as a node."),
})

const node = object("PairedNode", {
  node: need(string, "What it calls itself."),
  device: may(string, "The id of its device."),
})

export const trustedProxyDeclaration = {
  about: "The gateway's half of a guard: its config trusts the guard on its own host, and no secret lets anyone in.",
  inputs: {
    host: preset(host, "local", "The host of the gateway: `local`, or `ssh://[user@]name[:port]`."),
    config: need(path, "The config file of the gateway."),
    port: need(port, "The TCP port of the gateway on its host."),
    name: may(string, "The name of the gateway in the declaration, for messages."),
    authority: need(string, "The id of the Authority of its guard."),
    mode: preset(
      oneOf(["trusted-proxy", "token"]),
      "trusted-proxy",
      "`trusted-proxy`: the guard says who is there, and no secret lets in. `token`: tokens still let in, also by the guard.",
    ),
    guard: may(
      path,
      "The folder of its guard. As long as a gateway of mode token is not `closed`, that guard forwards no addresses, and the config trusts no proxy for it.",
    ),
    header: preset(positive, 1, "The generation of the header by which the guard says who is there."),
    userHeader: may(
      secret,
      "The name of that header, if a proxy of the user's own stands in front of the gateway, in place of a guard.",
    ),
    identities: need(list(identityScopes, "a list"), "Whom the guard lets in."),
    closed: preset(boolean, false, "It listens on its loopback only, so that no way leads past the guard."),
    paired: may(
      list(node, "a list"),
      "Nodes that connect past the guard: before the switch, each must be paired. Default: none.",
    ),
  },
  computed: {
    settings: need(string, "Describes which settings of its config differ."),
    wire: need(string, "Describes whether the running gateway accepts what the guard says."),
  },
  outputs: {
    code: may(string, "The code of `wire`: `accepted`, `refused`, or `unknown`."),
    faults: may(strings, "The keys of its config that differ."),
    before: may(secret, "The settings that its config had before, as JSON: what goes back to them."),
  },
}

/** A trusted proxy's inputs once they are checked and all known. */
export type TrustedProxyInputs = Inputs<typeof trustedProxyDeclaration>

export const identity = ["host", "config"] as const

/** What `settings` and `wire` have to be. */
export const right = { settings: "as declared", wire: "accepts its guard's clients" } as const

export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(trustedProxyDeclaration, news)
  return { inputs: { ...given, ...right }, failures }
}

export function isKnown(inputs: Properties): inputs is TrustedProxyInputs {
  return !Object.values(inputs).includes(unknown)
}

export function trustedProxyId({ host, config }: Pick<TrustedProxyInputs, "host" | "config">): string {
  return `${host}|${config}`
}

export function gatewayIn({ host, port, config, name }: TrustedProxyInputs): GatewayAt {
  return { host, port, product: "openclaw", config, ...(name === undefined ? {} : { name }) }
}
