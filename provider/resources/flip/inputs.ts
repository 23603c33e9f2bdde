import { productNames } from "../../../products/product.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import type { GatewayAt } from "../../gateways/session.ts"
import { boolean, digest, host, object, oneOf, port, record, string, strings } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import type { Properties } from "../../wire.ts"
import { content, type PlacementInputs, placementDeclaration } from "../placement/inputs.ts"

/** How a gateway picks up what its place contains. */
const ways = ["reload", "watch", "restart"] as const
export type How = (typeof ways)[number]

/** The inputs of the gateway; the others are those of its place. */
const gate = {
  about: placementDeclaration.about,
  inputs: {
    at: may(host, "The host of the gateway. Default: the host of the place."),
    product: preset(oneOf(productNames), "openclaw", "The product that the gateway belongs to."),
    port: need(port, "The TCP port of the gateway, on the loopback of its host."),
    tlsFingerprint: may(digest, "The SHA-256 of the gateway's certificate in hex, if it speaks TLS."),
    how: preset(
      oneOf(ways),
      "reload",
      "How the gateway accepts what its place contains: it is asked to reload, it watches the file, or it watches the file and restarts itself.",
    ),
    refers: may(
      object("References", {
        path: need(string, "The config file."),
        entries: need(record(content), "What the config contains, by its locator."),
      }),
      "The config on the gateway's host whose entries lead to the place.",
    ),
    staged: may(strings, "Places (`host|path|locator`) that must contain the token before the gateway accepts it."),
  },
  computed: {
    takes: need(string, "Describes the token that the running gateway accepts."),
  },
  outputs: {
    takesUnknown: may(boolean, "The running gateway accepts a token that gatekey does not know."),
  },
}

export const flipDeclaration = {
  about:
    "The gateway's own place, and the moment in which the gateway accepts another token: completely, or not at all.",
  inputs: { ...placementDeclaration.inputs, ...gate.inputs },
  computed: { ...placementDeclaration.computed, ...gate.computed },
  outputs: { ...placementDeclaration.outputs, ...gate.outputs },
}

export type FlipInputs = PlacementInputs & Inputs<typeof gate>

const gateKeys = [...Object.keys(gate.inputs), ...Object.keys(gate.computed)]

/** Splits the inputs into those of the place and those of the gateway. */
export function splitInputs(inputs: Properties): { place: Properties; gate: Properties } {
  const isGate = ([key]: [string, unknown]) => gateKeys.includes(key)
  const entries = Object.entries(inputs)
  return {
    place: Object.fromEntries(entries.filter((entry) => !isGate(entry))),
    gate: Object.fromEntries(entries.filter(isGate)),
  }
}

/** Fills in defaults, and reports all problems at once. @param place the checked place */
export function completed(gateNews: Properties, place: Checked): Checked {
  const { given, failures } = checkInputs(gate, gateNews)
  const { inputs } = place
  return {
    inputs: { ...inputs, ...given, takes: inputs.holds },
    failures: [...(place.failures ?? []), ...failures],
  }
}

export function gatewayIn({ host: place, at: host = place, port, product, tlsFingerprint }: FlipInputs): GatewayAt {
  return { host, port, product, ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }) }
}
