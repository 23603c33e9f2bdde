import * as pulumi from "@pulumi/pulumi"
import { acceptance } from "../core/receipt.ts"
import type { ProductName } from "../products/product.ts"
import { credentialOf, type GatewayMode } from "../products/readers.ts"
import type { Gateway } from "./gateway.ts"
import type { GatewayContainer } from "./gateway-container.ts"
import type { FleetNode } from "./guard-args.ts"
import type { Handshake } from "./handshake.ts"
import type { ReceiptArgs } from "./receipt.ts"
import { type ConnectableGateway, gatewayOf, nodeHandshake, nodePairing, undeclaredPairings } from "./routes.ts"
import type { Token } from "./token.ts"

type CreatedNode = [name: string, args: FleetNode, node: pulumi.Resource]

/** A check at the wire, and the verdict that it has to end with. */
type Connect = readonly [name: string, handshake: Handshake, wanted: string]

/**
 * Creates the handshake and pairing of each node, checked once its gateway accepts the token. `verdicts`: the answers of
 * the gateways, such as `studio: accepted`.
 */
export function wireChecks(
  gateways: { readonly [name: string]: ConnectableGateway },
  nodes: readonly CreatedNode[],
  token: Token,
  parent: pulumi.Resource,
): { readonly made: pulumi.Resource[] } & Pick<ReceiptArgs, "verdicts" | "refusals"> {
  const connects: Connect[] = Object.entries(gateways).map(([name, { handshake }]) => [name, handshake, acceptance])
  const made: pulumi.Resource[] = []
  const routed = nodes.map(([name, args, node]) => [name, args, node, gatewayOf(args, gateways) ?? ""] as const)
  for (const [name, args, node, gateway] of routed) {
    const at = gateways[gateway]
    if (!at) continue
    // A node behind a sidecar has another way, which its Access checks.
    const handshake = args.sidecar === undefined ? nodeHandshake(name, args, at, token, { parent: node }) : undefined
    const pairing = nodePairing(name, args, at, token, { parent: node, dependsOn: [at.handshake] })
    if (handshake) connects.push([name, handshake, args.credential === "device" ? "answers" : acceptance])
    made.push(...(handshake ? [handshake] : []), ...(pairing ? [pairing] : []))
  }
  for (const [name, at] of Object.entries(gateways)) {
    const own = routed.filter(([, , , gateway]) => gateway === name).map(([name, args]) => [name, args] as const)
    const strays = undeclaredPairings(name, own, at, token, { parent })
    if (strays) made.push(strays)
  }
  const reported = connects.map(([name, { verdict }, wanted]) =>
    verdict.apply((is) => ({ text: `${name}: ${is}`, isAccepted: is === wanted })),
  )
  return {
    made,
    verdicts: reported.map((each) => each.apply(({ text }) => text)),
    refusals: pulumi.all(reported).apply((all) => all.flatMap(({ text, isAccepted }) => (isAccepted ? [] : [text]))),
  }
}

/** Collects the gateways that nodes can connect to. */
export function connectableGateways(
  declared: {
    readonly [name: string]: {
      readonly host: string
      readonly product?: ProductName
      readonly tlsFingerprint?: string
      readonly mode?: GatewayMode
    }
  },
  made: readonly (Gateway | GatewayContainer)[],
): { [name: string]: ConnectableGateway } {
  return Object.fromEntries(
    zipMembers(declared, made).flatMap(
      ([name, { host, product = "openclaw", tlsFingerprint, mode }, { port, handshake, published }]) =>
        handshake
          ? [[name, { host, product, port, tlsFingerprint, published, mode: credentialOf(mode), handshake }]]
          : [],
    ),
  )
}

/** Pairs each declared member with its resource. */
export function zipMembers<A, R>(members: { readonly [name: string]: A }, made: readonly R[]): [string, A, R][] {
  return Object.entries(members).map(([name, args], at) => [name, args, made[at] as R])
}
