import type * as pulumi from "@pulumi/pulumi"
import { children, create } from "./create.ts"
import { LaunchAgent } from "./launch-agent.ts"
import type { MemberPlaces } from "./member-places.ts"
import type { Placement } from "./placement.ts"
import { SystemdUnit } from "./systemd-unit.ts"
import type { Token } from "./token.ts"

/**
 * Makes a member's resources: each place that holds something after the ones before it, the cleared ones last.
 * Only the first waits for what the member waits for: the others follow it, and a state stays small.
 * @returns all that nothing else of the member waits for
 */
export function createMember(
  member: pulumi.ComponentResource,
  places: MemberPlaces,
  token: Token,
  options: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
  const holding: Placement[] = []
  const next = () => (holding.length > 0 ? children(member, {}, holding) : children(member, options))
  for (const place of places.holding) holding.push(create(place, token, next()))
  return [
    ...holding.slice(-1),
    ...places.cleared.map((place) => create(place, token, next())),
    ...places.agents.map(({ name, args }) => new LaunchAgent(name, { token, ...args }, next())),
    ...places.units.map(({ name, args }) => new SystemdUnit(name, { token, ...args }, next())),
  ]
}
