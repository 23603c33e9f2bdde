import type * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import type { ProductName } from "../products/product.ts"
import type { Credential } from "../products/readers.ts"
import { Handshake } from "./handshake.ts"
import type { NodeArgs } from "./node.ts"
import { Pairing } from "./pairing.ts"
import { resolveHome } from "./place.ts"
import type { Token } from "./token.ts"

/** A gateway of the fleet, with what its nodes need to connect. */
export interface ConnectableGateway {
  readonly host: string
  readonly port: number
  readonly product: ProductName
  readonly tlsFingerprint?: string | undefined
  readonly published?: boolean
  readonly mode?: Credential | undefined
  /** The check that it accepts the token. */
  readonly handshake: Handshake
}

type Node = Omit<NodeArgs, "token">

/** Creates the handshake of a node, on its own route; checked once the gateway accepts the token. */
export function nodeHandshake(
  name: string,
  node: Node,
  { handshake, ...gateway }: ConnectableGateway,
  token: Token,
  options: pulumi.CustomResourceOptions,
): Handshake {
  const { host: from, home, url, product = "openclaw" } = node
  const route = url === undefined ? { config: resolveHome(products[product].config, home) } : { url }
  const { host, port, tlsFingerprint, published, mode } = gateway
  const shows = node.credential === "device" ? ("nothing" as const) : ("token" as const)
  const own = { from, member: name, shows, ...route, ...omitUndefined({ home }) }
  const args = { token, host, port, product, ...own, ...omitUndefined({ tlsFingerprint, published, mode }) }
  return new Handshake(`${name} handshake`, args, { ...options, dependsOn: [handshake] })
}

/** Creates the pairing of a node. @returns undefined if its name is not declared, or the gateway cannot be asked */
export function nodePairing(
  name: string,
  { pairing, host: from }: Node,
  { host, port, product, tlsFingerprint, published }: ConnectableGateway,
  token: Token,
  options: pulumi.CustomResourceOptions,
): Pairing | undefined {
  if (pairing === undefined || published) return undefined
  const { name: node = name, device, approve } = pairing
  const args = { token, host, port, product, node, from, ...omitUndefined({ tlsFingerprint, device, approve }) }
  return new Pairing(`${name} pairing`, args, options)
}

/** Creates the check for undeclared pairings of a gateway. */
export function undeclaredPairings(
  name: string,
  nodes: readonly (readonly [name: string, node: Node])[],
  { host, port, product, tlsFingerprint, published, handshake }: ConnectableGateway,
  token: Token,
  options: pulumi.CustomResourceOptions,
): Pairing | undefined {
  const declared = nodes.flatMap(([name, { pairing }]) => (pairing ? [pairing.device ?? pairing.name ?? name] : []))
  if (declared.length === 0 || published) return undefined
  const args = { token, host, port, product, declared, ...omitUndefined({ tlsFingerprint }) }
  return new Pairing(`${name} strays`, args, { ...options, dependsOn: [handshake] })
}

/** Returns the gateway of a node: the declared one, else the only one of its product. */
export function gatewayOf<G extends { readonly product?: ProductName }>(
  { gateway, product = "openclaw" }: Pick<Node, "gateway" | "product">,
  gateways: { readonly [name: string]: G },
): string | undefined {
  if (gateway !== undefined) return gateway
  const [only, ...more] = Object.keys(gateways).filter((name) => (gateways[name]?.product ?? "openclaw") === product)
  return more.length === 0 ? only : undefined
}
