import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { parseHost } from "../core/host.ts"
import { products } from "../products/index.ts"
import { formatBackupPath } from "../products/product.ts"
import { credentialOf } from "../products/readers.ts"
import { addressOf } from "./container-args.ts"
import type { planFleet } from "./fleet-plan.ts"
import { gatewayContainerPlaces } from "./gateway-container-places.ts"
import { type Files, markerFiles } from "./markers.ts"
import { allPlaces, memberPlaces } from "./member-places.ts"
import { type Place, resolveHome } from "./place.ts"
import { filesToReach, type GatewayAt } from "./preflight.ts"
import type { RotationArgs } from "./skippable-hosts.ts"

type Plan = ReturnType<typeof planFleet>

/** Plans the resources before and after all others of a fleet. */
export function fleetFrame(plan: Plan, rotation: pulumi.Input<number>, { supersede }: RotationArgs = {}) {
  const { homed, containers, places, members, trusting, mayLag } = plan
  const stack = [pulumi.getProject(), pulumi.getStack()]
  const folders = Object.values({ ...containers.gateways, ...containers.nodes })
  const markers = markerFiles(homed, folders, stack.join("."))
  const hosts = filesToReach(places)
  return {
    preflight: {
      ...{ rotation, hosts, markers, members, mayLag, backups: backupsOf(plan) },
      ...(Object.keys(trusting).length === 0 ? {} : { trusting }),
      ...(supersede === undefined ? {} : { supersede }),
      gateways: gatewaysOf(plan),
    },
    reach: { hosts: Object.keys(hosts).filter(parseHost), mayLag },
    receipt: { stack: stack.join("/"), markers, places: places.length, holders: holdersIn(places) },
  }
}

/** Returns the names of the places with the token. */
function holdersIn(places: Plan["places"]): Files {
  const holders = places.filter(({ must }) => must === "token")
  const hosts = Object.entries(Object.groupBy(holders, ({ host }) => host))
  return Object.fromEntries(hosts.map(([host, places = []]) => [host, places.map(({ name }) => name)]))
}

/** Returns the backups beside the configs on other hosts, for the one probe of each host. */
function backupsOf({ gateways, nodes }: Plan): Files {
  const files: { [host: string]: readonly string[] } = {}
  for (const { host, home, product = "openclaw" } of [...Object.values(gateways), ...Object.values(nodes)]) {
    if (parseHost(host)) files[host] = [...(files[host] ?? []), resolveHome(formatBackupPath(products[product]), home)]
  }
  return files
}

/** Lists each gateway with its address on its own host, and the places of its token. */
function gatewaysOf({ gateways, containers }: Plan): GatewayAt[] {
  const byToken = Object.entries(gateways).filter(([, { mode }]) => mode !== "trusted-proxy")
  const own = byToken.map(([name, args]) => {
    const { host, home, product = "openclaw", port, mode, tlsFingerprint, overwrite, evict } = args
    const more = omitUndefined({ mode: credentialOf(mode), tlsFingerprint, overwrite, evict })
    const at = { host, port: port ?? products[product].port, product, ...more }
    const config = resolveHome(products[product].config, home)
    return { ...at, name, config, places: holdersOf(allPlaces(memberPlaces(name, "gateway", args)), host) }
  })
  const made = Object.entries(containers.gateways).map(([name, args]) => {
    const { host, product = "openclaw", port, overwrite, evict } = args
    const at = { host, port: port ?? products[product].port, product, ...omitUndefined({ overwrite, evict }) }
    const places = holdersOf(gatewayContainerPlaces(name, args), host)
    return { ...at, name, published: true, ...addressOf(args), places }
  })
  return [...own, ...made]
}

/** Returns the places of a token, flags first, since they override all others; a reference contains no token. */
function holdersOf(places: readonly Place[], host: string): NonNullable<GatewayAt["places"]> {
  const own = places.filter((place) => place.host === host && !isProvider(place))
  const isFlag = ({ locator }: Place) => locator.startsWith("--")
  return [...own.filter(isFlag), ...own.filter((place) => !isFlag(place))].map(({ path, locator, format }) => {
    return { path, locator, ...omitUndefined({ format }) }
  })
}

function isProvider({ locator, format }: Place): boolean {
  return format === "reader" || locator.startsWith("secrets.providers.")
}
