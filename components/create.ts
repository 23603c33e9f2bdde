import * as pulumi from "@pulumi/pulumi"
import type { Place } from "./place.ts"
import { Placement } from "./placement.ts"
import type { Token } from "./token.ts"

/** Returns the options of a component's children: created after the dependencies of the component, and `after`. */
export function childOptions(
  parent: pulumi.ComponentResource,
  options: pulumi.ComponentResourceOptions,
  after: readonly pulumi.Resource[] = [],
): pulumi.CustomResourceOptions {
  const waited = options.dependsOn === undefined ? {} : { dependsOn: options.dependsOn }
  return { ...pulumi.mergeOptions(waited, { dependsOn: [...after] }), parent }
}

export function createPlacement(place: Place, token: Token, options: pulumi.CustomResourceOptions): Placement {
  const { name, ...args } = place
  return new Placement(name, { token, ...args }, options)
}
