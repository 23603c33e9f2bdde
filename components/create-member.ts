import type * as pulumi from "@pulumi/pulumi"
import { childOptions, createPlacement } from "./create.ts"
import { createFlip, type GatewaySettings } from "./create-flip.ts"
import { createService } from "./create-service.ts"
import { LaunchAgent } from "./launch-agent.ts"
import type { PlaceResource } from "./place.ts"
import type { MemberPlaces } from "./places-of-member.ts"
import { SystemdUnit } from "./systemd-unit.ts"
import type { Token } from "./token.ts"

/**
 * Creates a member's resources: each place with contents after the previous one, the cleared ones last.
 * Only the first has the dependencies of the member: the others depend on it, which keeps the state small.
 */
export function createMember(
  member: pulumi.ComponentResource,
  places: MemberPlaces,
  token: Token,
  options: pulumi.ComponentResourceOptions,
  flip?: GatewaySettings,
): PlaceResource[] {
  const holding: PlaceResource[] = []
  // Each waits for the previous one, and so for all of them.
  const next = () => (holding.length > 0 ? childOptions(member, {}, holding.slice(-1)) : childOptions(member, options))
  for (const place of places.holding) {
    const isFlip = flip && holding.length === 0
    holding.push(isFlip ? createFlip(place, places, flip, token, next()) : createPlacement(place, token, next()))
  }
  const cleared = places.cleared.map((place) => createPlacement(place, token, next()))
  const leftover = places.leftover.map((place) => createPlacement(place, token, next()))
  // The cleared ones follow those with contents.
  const after = cleared.length > 0 ? cleared : holding.slice(-1)
  const agents = places.agents.map(({ name, args }) => new LaunchAgent(name, { token, ...args, after }, next()))
  const units = places.units.map(({ name, args }) => new SystemdUnit(name, { token, ...args, after }, next()))
  for (const { name, args, known } of places.processes) {
    createService(member, name, { token, ...args, after }, known, undefined, [])
  }
  return [...holding, ...cleared, ...leftover, ...[...agents, ...units].flatMap(({ placements }) => placements)]
}
