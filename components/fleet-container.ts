import type { FleetContainer } from "./fleet-args.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"

export type Made = Omit<GatewayContainerArgs, "token">

/** Whether gatekey makes a container; else it belongs to a Compose project, which others run. */
export function isMade(container: FleetContainer): container is Made {
  return !("compose" in container)
}

/** Whether a container goes on: one of a Compose project may be retired. */
export function isLiving(container: FleetContainer): boolean {
  return isMade(container) || container.must !== "nothing"
}
