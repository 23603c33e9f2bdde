import type { Content } from "../../places/format.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import type { GatewayAt } from "../gateways.ts"
import { digest, failuresOf, object, oneOf, port, text, textList } from "../inputs.ts"
import type { Checked } from "../resource.ts"
import type { Properties } from "../wire.ts"
import type { PlacementInputs } from "./placement-inputs.ts"

/** How a gateway takes what its place holds. */
const ways = ["reload", "watch", "restart"] as const
export type How = (typeof ways)[number]

/** The gateway's part of the inputs; the rest is its place. */
export interface FlipInputs extends PlacementInputs {
  readonly product: ProductName
  /** Where the gateway runs, when that is not the place's host. */
  readonly at?: string
  readonly port: number
  readonly tlsFingerprint?: string
  /** `reload`: it is asked to; `watch`: it watches the file; `restart`: it watches the file, and restarts itself. */
  readonly how: How
  /** Config entries on the gateway's host that lead to the place: locator → what stands there. */
  readonly refers?: { readonly path: string; readonly entries: { readonly [locator: string]: Content } }
  /** Places, by their ids, that must hold the token before the gateway takes it. */
  readonly staged?: readonly string[]
  /** What it must take, in words. */
  readonly takes: string
}

const expectations = {
  at: { kind: text },
  product: { kind: oneOf(productNames) },
  port: { kind: port, required: true },
  tlsFingerprint: { kind: digest },
  how: { kind: oneOf(ways) },
  refers: { kind: object },
  staged: { kind: textList },
  takes: { kind: text },
}

/** What is the place's, and what is the gateway's. */
export function split(inputs: Properties): { place: Properties; gate: Properties } {
  const isGate = ([key]: [string, unknown]) => Object.hasOwn(expectations, key)
  const entries = Object.entries(inputs)
  return {
    place: Object.fromEntries(entries.filter((entry) => !isGate(entry))),
    gate: Object.fromEntries(entries.filter(isGate)),
  }
}

/** Fills in defaults and says all that is wrong at once. @param place what Check made of the place */
export function completed(gate: Properties, place: Checked): Checked {
  const { takes: _, ...given }: Properties = { product: "openclaw", how: "reload", ...gate }
  const { inputs, failures = [] } = place
  return {
    inputs: { ...inputs, ...given, takes: inputs.holds },
    failures: [...failures, ...failuresOf(given, expectations)],
  }
}

export function gatewayIn({ host: place, at: host = place, port, product, tlsFingerprint }: FlipInputs): GatewayAt {
  return { host, port, product, ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }) }
}
