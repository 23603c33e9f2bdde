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
 */
export function createMember(
  member: pulumi.ComponentResource,
  places: MemberPlaces,
  token: Token,
  options: pulumi.ComponentResourceOptions,
): void {
  const holding: Placement[] = []
  const next = () => (holding.length > 0 ? children(member, {}, holding) : children(member, options))
  for (const place of places.holding) holding.push(create(place, token, next()))
  for (const place of places.cleared) create(place, token, next())
  for (const { name, args } of places.agents) new LaunchAgent(name, { token, ...args }, next())
  for (const { name, args } of places.units) new SystemdUnit(name, { token, ...args }, next())
}
