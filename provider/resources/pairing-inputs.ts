import { hostProblem } from "../../core/host.ts"
import { noStrays, wantedWords } from "../../gateways/pairing.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import { digest, failuresOf, flag, generation, isOpen, oneOf, port, text, textList } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import type { Properties } from "../wire.ts"

/** A pairing's inputs once they are checked and all known. */
export interface PairingInputs {
  /** Of the gateway. */
  readonly host: string
  readonly port: number
  readonly product: ProductName
  readonly tlsFingerprint?: string
  /** The node's display name. Without it, the gateway's strays are looked for. */
  readonly node?: string
  /** The id of its device. */
  readonly device?: string
  readonly approve: boolean
  /** The node's host: where it may lag, nobody waits for it. */
  readonly from?: string
  /** Whose pairings are no strays: names and device ids. */
  readonly declared?: readonly string[]
  /** The Token's id. */
  readonly token: string
  readonly generation: number
  readonly fingerprint: string
  /** What is wanted, in words. */
  readonly pairing: string
}

/** What makes it another pairing. */
export const identity = ["host", "port", "node"] as const

/** What makes it worth another look. */
export const deciding = [
  "product",
  "tlsFingerprint",
  "device",
  "approve",
  "declared",
  "generation",
  "fingerprint",
] as const

const expectations = {
  host: { kind: text, required: true },
  port: { kind: port, required: true },
  product: { kind: oneOf(productNames) },
  tlsFingerprint: { kind: digest },
  node: { kind: text },
  device: { kind: text },
  approve: { kind: flag },
  from: { kind: text },
  declared: { kind: textList },
  token: { kind: text, required: true },
  generation: { kind: generation, required: true },
  fingerprint: { kind: text, required: true },
}

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { pairing: _, ...given }: Properties = { host: "local", product: "openclaw", approve: false, ...news }
  const failures: Failure[] = failuresOf(given, expectations)
  const { host, node, device, declared } = given
  const problem = typeof host === "string" ? hostProblem(host) : undefined
  if (problem) failures.push({ property: "host", reason: problem })
  if (node === "") failures.push({ property: "node", reason: "is empty" })
  if (node === undefined && device !== undefined) failures.push({ property: "node", reason: "is missing" })
  if ((node === undefined) === (declared === undefined)) {
    const reason = "name one node, or with `declared` all that are no strays"
    failures.push({ property: "node", reason })
  }
  return { inputs: { ...given, pairing: node === undefined ? noStrays : wantedWords }, failures }
}

export function isKnown(inputs: Properties): boolean {
  return [...identity, ...deciding, "token"].every((key) => !isOpen(inputs[key]))
}

export function pairingId({ host, port, node }: Pick<PairingInputs, "host" | "port" | "node">): string {
  return [host, port, node ?? "strays"].join("|")
}
