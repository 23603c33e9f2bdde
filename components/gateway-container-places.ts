import type { Reference } from "../core/content.ts"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import { dataFolder, hasTokenInEnvironment } from "./container-args.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"
import { allPlaces, memberPlaces } from "./member-places.ts"
import type { Place } from "./place.ts"

type Args = Omit<GatewayContainerArgs, "token">

/** Returns the host's path of the secret file in `data`: not in a subfolder, which only the container's user could create. */
export function tokenFile({ data }: Pick<Args, "data">): string {
  return `${data.replace(/\/+$/, "")}/gatekey-token`
}

/**
 * Returns the product's places in the folder that is mounted into the container, those with contents first. They are
 * those of a member with the container's home, by their paths on the host.
 */
export function gatewayContainerPlaces(name: string, args: Args): Place[] {
  const { host, role, product = "openclaw", data, overwrite } = args
  const inside = dataFolder(args)
  const here = (path: string) => `${data.replace(/\/+$/, "")}${path.slice(inside.length)}`
  const { image, secretRef } = products[product]
  const secret = secretRef && `${image.home}/${secretRef.file.slice(2)}`
  const mounted = `${inside}/gatekey-token`
  const inEnvironment = hasTokenInEnvironment(args)
  const options = { host, product, home: image.home, manager: "process", service: "none", predecessor: false } as const
  const places = memberPlaces(name, role, { ...options, tokenless: inEnvironment, ...omitUndefined({ overwrite }) })
  return allPlaces(places).map((place) => ({
    ...place,
    path: place.path === secret ? tokenFile(args) : here(place.path),
    ...(isObject(place.reference) && place.reference.path === secret
      ? { reference: { ...place.reference, path: mounted } }
      : {}),
    ...(inEnvironment && place.must === "nothing" ? { why: `${name} has its token in its environment` } : {}),
  }))
}

function isObject(content: Place["reference"]): content is Reference {
  return typeof content === "object"
}
