import type * as pulumi from "@pulumi/pulumi"
import type { Content } from "../core/content.ts"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import type { ProductName } from "../products/product.ts"
import { Flip, type FlipArgs } from "./flip.ts"
import type { Place } from "./place.ts"
import type { MemberPlaces } from "./places-of-member.ts"
import type { Token } from "./token.ts"

/** The settings of the gateway for its own place. */
export interface GatewaySettings {
  readonly product: ProductName
  readonly port: number
  readonly tlsFingerprint?: string | undefined
  /** The gateway's host, if its token is in a vault. */
  readonly at?: string | undefined
  /** The places that must contain the token first. */
  readonly staged: readonly Place[]
}

/** Creates the Flip of a gateway's own place, the first one; the others refer to it. */
export function createFlip(
  place: Place,
  { holding }: MemberPlaces,
  { product, port, tlsFingerprint, at: gatewayHost, staged }: GatewaySettings,
  token: Token,
  options: pulumi.CustomResourceOptions,
): Flip {
  const { name, must: _must, reference: _reference, ...at } = place
  const references = holding.filter(({ must, format }) => must === "reference" && format === "json5")
  const args: FlipArgs = {
    ...{ token, product, port, how: howOf(product, references.length > 0) },
    ...at,
    ...omitUndefined({ tlsFingerprint, at: place.host === gatewayHost ? undefined : gatewayHost }),
    ...(references[0] ? { refers: { path: references[0].path, entries: entriesOf(references) } } : {}),
    ...(staged.length > 0 ? { staged: staged.map(({ host, path, locator }) => [host, path, locator].join("|")) } : {}),
  }
  return new Flip(name, args, options)
}

/** Chooses how the gateway reads another token: it watches its config, but not a file that the config refers to. */
function howOf(product: ProductName, refers: boolean): "reload" | "watch" | "restart" {
  if (products[product].roles.gateway.takes.how === "restart") return "restart"
  return refers ? "reload" : "watch"
}

/** Returns the entries in the config that refer to the place. */
function entriesOf(references: readonly Place[]): { [locator: string]: Content } {
  return Object.fromEntries(references.map(({ locator, reference = {} }) => [locator, reference]))
}
