import * as pulumi from "@pulumi/pulumi"
import { parseHost } from "../core/host.ts"
import type { FleetArgs } from "./fleet.ts"
import type { planFleet } from "./fleet-plan.ts"
import { markersOf } from "./markers.ts"
import { filesToReach } from "./preflight.ts"

/** What stands before and after all else of a fleet, as data. */
export function fleetFrame(plan: ReturnType<typeof planFleet>, args: Pick<FleetArgs, "token" | "rotation">) {
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
    },
    reach: { hosts: Object.keys(hosts).filter(parseHost), mayLag },
    receipt: { stack: stack.join("/"), markers, places: places.length },
  }
}
