import * as pulumi from "@pulumi/pulumi"
import { given } from "../core/given.ts"
import { parseHost } from "../core/host.ts"
import { products } from "../products/index.ts"
import { backupOf } from "../products/product.ts"
import { addressOf } from "./container-args.ts"
import type { planFleet } from "./fleet-plan.ts"
import type { RotationArgs } from "./lagging.ts"
import { type Files, markersOf } from "./markers.ts"
import { atHome } from "./place.ts"
import { filesToReach, type GatewayAt } from "./preflight.ts"

type Plan = ReturnType<typeof planFleet>

/** What stands before and after all else of a fleet, as data. */
export function fleetFrame(plan: Plan, rotation: pulumi.Input<number>, { supersede }: RotationArgs = {}) {
  const { homed, containers, places, members, mayLag } = plan
  const stack = [pulumi.getProject(), pulumi.getStack()]
  const folders = Object.values({ ...containers.gateways, ...containers.nodes })
  const markers = markersOf(homed, folders, stack.join("."))
  const hosts = filesToReach(places)
  return {
    preflight: {
      ...{ rotation, hosts, markers, members, mayLag, backups: backupsOf(plan) },
      ...(supersede === undefined ? {} : { supersede }),
      gateways: gatewaysOf(plan),
    },
    reach: { hosts: Object.keys(hosts).filter(parseHost), mayLag },
    receipt: { stack: stack.join("/"), markers, places: places.length, holders: holdersIn(places) },
  }
}

/** The names of the places that hold the token. */
function holdersIn(places: Plan["places"]): Files {
  const holders = places.filter(({ must }) => must === "token")
  const hosts = Object.entries(Object.groupBy(holders, ({ host }) => host))
  return Object.fromEntries(hosts.map(([host, places = []]) => [host, places.map(({ name }) => name)]))
}

/** Beside the configs on other hosts, for the one look that is made at all that is there. */
function backupsOf({ gateways, nodes }: Plan): Files {
  const files: { [host: string]: readonly string[] } = {}
  for (const { host, home, product = "openclaw" } of [...Object.values(gateways), ...Object.values(nodes)]) {
    if (parseHost(host)) files[host] = [...(files[host] ?? []), atHome(backupOf(products[product]), home)]
  }
  return files
}

/** Where each gateway answers on its own host. */
function gatewaysOf({ gateways, containers }: Plan): GatewayAt[] {
  const own = Object.values(gateways).map(({ host, product = "openclaw", port, tlsFingerprint }) => {
    return { host, port: port ?? products[product].port, product, ...given({ tlsFingerprint }) }
  })
  const made = Object.values(containers.gateways).map((args) => {
    const { host, product = "openclaw", port } = args
    return { host, port: port ?? products[product].port, product, published: true, ...addressOf(args) }
  })
  return [...own, ...made]
}
