import { hostProblem } from "../../core/host.ts"
import { pathProblem } from "../../core/place.ts"
import { isPlainRoute, routeRule } from "../../core/route.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import type { Credential } from "../../products/readers.ts"
import type { GatewayAt } from "../gateways.ts"
import { digest, failuresOf, flag, generation, isOpen, oneOf, port, text } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import type { Properties } from "../wire.ts"

/** A handshake's inputs once they are checked and all known. */
export interface HandshakeInputs {
  /** The gateway's. */
  readonly host: string
  readonly port: number
  readonly product: ProductName
  readonly tlsFingerprint?: string
  readonly published?: boolean
  readonly address?: string
  /** A node's host. */
  readonly from?: string
  /** The node's route; else the file of its config, beside which it keeps that of its last start. */
  readonly url?: string
  readonly config?: string
  /** As what the secret is sent. Default: as either. */
  readonly mode?: Credential
  /** What is shown from the node: the `token`, as the node itself would, or `nothing`. */
  readonly shows?: "token" | "nothing"
  /** Whose handshake it is, and the home of that member. */
  readonly member?: string
  readonly home?: string
  readonly token: string
  readonly generation: number
  readonly fingerprint: string
  /** What is wanted, in words. */
  readonly verdict: string
}

/** What makes it another handshake. */
export const identity = ["host", "port", "from"] as const

const expectations = {
  host: { kind: text, required: true },
  port: { kind: port, required: true },
  product: { kind: oneOf(productNames) },
  tlsFingerprint: { kind: digest },
  published: { kind: flag },
  address: { kind: text },
  from: { kind: text },
  url: { kind: text },
  config: { kind: text },
  mode: { kind: oneOf(["token", "password"]) },
  shows: { kind: oneOf(["token", "nothing"]) },
  member: { kind: text },
  home: { kind: text },
  token: { kind: text },
  generation: { kind: generation },
  fingerprint: { kind: text },
}

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { verdict: _, ...given }: Properties = { host: "local", product: "openclaw", ...news }
  const failures: Failure[] = failuresOf(given, expectations)
  const judge = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { host, from, url, config } = given
  if (typeof host === "string") judge("host", hostProblem(host))
  if (typeof from === "string") judge("from", hostProblem(from))
  if (typeof url === "string") judge("url", isPlainRoute(url) ? undefined : `must be ${routeRule}`)
  if (typeof config === "string") judge("config", pathProblem(config))
  return { inputs: { ...given, verdict: given.shows === "nothing" ? "answers" : "accepted" }, failures }
}

export function isKnown(inputs: Properties): boolean {
  return [...identity, "product", "tlsFingerprint", "url", "config"].every((key) => !isOpen(inputs[key]))
}

/** Whether the token is known already. */
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
