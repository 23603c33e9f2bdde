import type * as pulumi from "@pulumi/pulumi"
import { children, create } from "./create.ts"
import { createFlip, type FlipOf } from "./flip-of.ts"
import { LaunchAgent } from "./launch-agent.ts"
import type { PlaceResource } from "./place.ts"
import type { MemberPlaces } from "./places-of-member.ts"
import { createService } from "./serviced.ts"
import { SystemdUnit } from "./systemd-unit.ts"
import type { Token } from "./token.ts"

/**
 * Makes a member's resources: each place that holds something after the ones before it, the cleared ones last.
 * Only the first waits for what the member waits for: the others follow it, and a state stays small.
 */
export function createMember(
  member: pulumi.ComponentResource,
  places: MemberPlaces,
  token: Token,
  options: pulumi.ComponentResourceOptions,
  flip?: FlipOf,
): PlaceResource[] {
  const holding: PlaceResource[] = []
  // Each waits for the one before it, and so for all of them.
  const next = () => (holding.length > 0 ? children(member, {}, holding.slice(-1)) : children(member, options))
  for (const place of places.holding) {
    const isFlip = flip && holding.length === 0
    holding.push(isFlip ? createFlip(place, places, flip, token, next()) : create(place, token, next()))
  }
  const cleared = places.cleared.map((place) => create(place, token, next()))
  const leftover = places.leftover.map((place) => create(place, token, next()))
  // The cleared ones follow those that hold something.
  const after = cleared.length > 0 ? cleared : holding.slice(-1)
  const agents = places.agents.map(({ name, args }) => new LaunchAgent(name, { token, ...args, after }, next()))
  const units = places.units.map(({ name, args }) => new SystemdUnit(name, { token, ...args, after }, next()))
  for (const { name, args, known } of places.processes) {
    createService(member, name, { token, ...args, after }, known, undefined, [])
  }
  return [...holding, ...cleared, ...leftover, ...[...agents, ...units].flatMap(({ placements }) => placements)]
}
