import type { GatewayArgs } from "./gateway.ts"
import type { AuthMode, FleetGuard, FleetNode } from "./guard-args.ts"

export type Gateway = Omit<GatewayArgs, "token">

/** Who gets in by a guard. */
export interface PlannedClient {
  readonly name: string
  readonly role: "node" | "client"
  readonly generation: number
  readonly auth: AuthMode
  readonly scopes: readonly string[]
  readonly host: string
  readonly home?: string | undefined
  readonly sidecar?: number | undefined
  readonly manager?: GatewayArgs["manager"] | undefined
  readonly haproxy?: string | undefined
}

/** Where a guard listens. */
export interface Listening {
  readonly address: string
  readonly port: number
}

/** A guard with its gateway and its clients. */
export interface PlannedGuard {
  readonly name: string
  readonly args: FleetGuard
  readonly listen: Listening
  /** Where devices connect that show no certificate. */
  readonly devices?: Listening
  readonly gateway: { readonly name: string; readonly args: Gateway }
  readonly clients: readonly PlannedClient[]
  /** All nodes of the gateway, also those that connect to it past the guard. */
  readonly nodes: readonly { readonly name: string; readonly args: FleetNode }[]
}
