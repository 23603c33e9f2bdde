import type { LaunchAgentArgs } from "./launch-agent.ts"
import type { MemberProcess } from "./member-process.ts"
import type { Place } from "./place.ts"
import type { SystemdUnitArgs } from "./systemd-unit.ts"

/** The places and services that a gateway or node declares. */
export interface MemberPlaces {
  /** Places of the token or a reference, in the order in which they are written. */
  readonly holding: readonly Place[]
  /** A node's further copies: clients without another credential read them, so they come after the gateway's change. */
  readonly later: readonly Place[]
  /** Places that must be empty; cleared after those above are written. */
  readonly cleared: readonly Place[]
  /** Places of the previous product: the member's own process reads none of them. */
  readonly leftover: readonly Place[]
  readonly agents: readonly { name: string; args: Omit<LaunchAgentArgs, "token"> }[]
  readonly units: readonly { name: string; args: Omit<SystemdUnitArgs, "token"> }[]
  readonly processes: readonly MemberProcess[]
}
