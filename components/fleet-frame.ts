import * as pulumi from "@pulumi/pulumi"
import { parseHost } from "../core/host.ts"
import { products } from "../products/index.ts"
import { addressOf } from "./container-args.ts"
import type { FleetArgs } from "./fleet.ts"
import type { planFleet } from "./fleet-plan.ts"
import { markersOf } from "./markers.ts"
import { given } from "./place.ts"
import { filesToReach, type GatewayAt } from "./preflight.ts"

type Plan = ReturnType<typeof planFleet>

/** What stands before and after all else of a fleet, as data. */
export function fleetFrame(plan: Plan, args: Pick<FleetArgs, "token" | "rotation">) {
  const { homed, containers, places, members, mayLag } = plan
  const stack = [pulumi.getProject(), pulumi.getStack()]
  const folders = Object.values({ ...containers.gateways, ...containers.nodes })
  const markers = markersOf(homed, folders, stack.join("."))
  const hosts = filesToReach(places)
  const { supersede } = args.rotation ?? {}
  return {
    preflight: {
      ...{ rotation: args.token.rotation, hosts, markers, members, mayLag },
      ...(supersede === undefined ? {} : { supersede }),
      gateways: gatewaysOf(plan),
    },
    reach: { hosts: Object.keys(hosts).filter(parseHost), mayLag },
    receipt: { stack: stack.join("/"), markers, places: places.length },
  }
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
