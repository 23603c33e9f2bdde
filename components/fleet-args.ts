import type * as pulumi from "@pulumi/pulumi"
import type { Hook } from "../core/hook.ts"
import type { HostText } from "../core/host.ts"
import type { ContainerArgs } from "./container.ts"
import type { GatewayArgs } from "./gateway.ts"
import type { GatewayContainerArgs } from "./gateway-container-args.ts"
import type { FleetAuthority, FleetClient, FleetGuard, FleetNode } from "./guard-args.ts"
import type { RotationArgs } from "./skippable-hosts.ts"
import type { TokenArgs } from "./token.ts"
import type { VaultArgs } from "./vault-args.ts"

export interface FleetArgs {
  /** The one token: which generation is in force (unless it is made elsewhere), when it is due, which token it adopts. */
  token: FleetToken
  /** Where the token is kept beyond the hosts, or comes from. Default: nowhere. */
  vault?: VaultArgs
  /** The Token cannot be deleted, so neither can the fleet. Default: true; false for a sandbox. */
  protect?: boolean
  /** What a rotation does if hosts do not answer, or if the state is older than the fleet. */
  rotation?: RotationArgs
  /** The gateways, by name. Its name is the prefix of the names of its places. */
  gateways: { readonly [name: string]: Omit<GatewayArgs, "token"> }
  /** The nodes, by name. Default: none. */
  nodes?: { readonly [name: string]: FleetNode }
  /** Guards, by name: HAProxy in front of a gateway, which lets in by certificate. Default: none. */
  guard?: { readonly [name: string]: FleetGuard }
  /** The certificate authority of the guards, and how far its rotation has come. Default: the first. */
  authority?: FleetAuthority
  /** Other clients that a guard lets in, by name. Default: none. */
  clients?: { readonly [name: string]: FleetClient }
  /** The containers, by name. Default: none. */
  containers?: { readonly [name: string]: FleetContainer }
  /**
   * Run in this order, after everything else of the fleet: at the first `up`, and whenever another generation comes into
   * force. A failed or edited one runs again in the next `up`. Default: none.
   */
  afterRotation?: readonly FleetHook[]
}

/** The token of a fleet. */
export interface FleetToken extends Omit<TokenArgs, "rotation" | "given">, Partial<Pick<TokenArgs, "rotation">> {
  /**
   * The token, where something else makes it: an output of another resource, such as an item of a vault. Each value that
   * it did not have before is another generation, so `rotation` is left out. Default: it is generated.
   */
  value?: pulumi.Input<string>
}

/** A container of a Compose project, or one that gatekey makes from an image. */
export type FleetContainer = Omit<ContainerArgs, "token"> | Omit<GatewayContainerArgs, "token">

/** A command after a rotation, whose host the compiler checks. */
export type FleetHook = Hook & { readonly host: HostText }
