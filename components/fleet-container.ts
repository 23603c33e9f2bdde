import type { FleetContainer } from "./fleet-args.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"

export type Made = Omit<GatewayContainerArgs, "token">

/** Checks whether gatekey makes a container; if not, it belongs to a Compose project. */
export function isMade(container: FleetContainer): container is Made {
  return !("compose" in container)
}

/** Checks whether a container stays in use: one of a Compose project may be retired. */
export function isLiving(container: FleetContainer): boolean {
  return isMade(container) || container.must !== "nothing"
}
