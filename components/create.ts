import * as pulumi from "@pulumi/pulumi"
import type { Place } from "./place.ts"
import { Placement } from "./placement.ts"
import type { Token } from "./token.ts"

/** The options of a component's children: written after what the component itself was told to wait for, and `after`. */
export function children(
  parent: pulumi.ComponentResource,
  options: pulumi.ComponentResourceOptions,
  after: readonly pulumi.Resource[] = [],
): pulumi.CustomResourceOptions {
  const waited = options.dependsOn === undefined ? {} : { dependsOn: options.dependsOn }
  return { ...pulumi.mergeOptions(waited, { dependsOn: [...after] }), parent }
}

export function create(place: Place, token: Token, options: pulumi.CustomResourceOptions): Placement {
  const { name, ...args } = place
  return new Placement(name, { token, ...args }, options)
}
