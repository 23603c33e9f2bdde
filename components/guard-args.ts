import type * as pulumi from "@pulumi/pulumi"
import type { AuthorityPhase } from "../core/authority-phase.ts"
import type { HostText } from "../core/host.ts"
import type { OwnProxy } from "../core/own-proxy.ts"
import type { GatewayArgs } from "./gateway.ts"
import type { NodeArgs } from "./node.ts"

/** How a client proves who it is to a guard. */
export const authModes = ["mtls", "jwt", "both"] as const
export type AuthMode = (typeof authModes)[number]

/** A guard of a fleet: in front of one of its gateways, on the same host. */
export interface FleetGuard {
  /**
   * Which proxy of your own stands there in place of HAProxy: gatekey starts and configures none, and tries yours in each
   * preview. The keys mode, manager, haproxy and header have no meaning then.
   */
  bring?: OwnProxy
  /** With `bring`: the name of the header in which it says who is there. A secret. Default: its own, if it has one. */
  identityHeader?: pulumi.Input<string>
  /** With `bring`: further identities that it hands over, such as `me@example.com`, and their scopes. Default: none. */
  identities?: readonly { readonly identity: string; readonly scopes?: readonly string[] }[]
  /** With `bring`: the host from which it is tried. Default: the gateway's. */
  from?: HostText
  /** The gateway, by its name. Default: the only one. */
  gateway?: string
  /** Where it listens: `0.0.0.0:18443`. */
  listen: string
  /**
   * DNS names and addresses by which its clients reach it: sidecars connect to the first one, and check the certificate by the
   * first that is no address, or by `GUARD-guard.internal`.
   */
  names: readonly string[]
  /**
   * How its clients prove who they are, unless they say otherwise: by a certificate (`mtls`, the default), by bearers that
   * their keys sign (`jwt`), or by `both`.
   */
  mode?: AuthMode
  /** A second port for phones, browsers and the Mac app, which show no certificate. Default: none. */
  devices?: FleetDevices
  /** What keeps it running. Default: what its gateway has. */
  manager?: GatewayArgs["manager"]
  /** The program. Default: `/usr/sbin/haproxy`, with launchd `/opt/homebrew/bin/haproxy`. */
  haproxy?: string
  /** How long its certificate is valid, and those of its clients. Default: `365d`. */
  lifetime?: string
  /** The generation of the header by which the gateway knows who is there: raised for another name. Default: 1. */
  header?: number
}

/** A guard's port for devices that are paired: the gateway decides, by their own tokens. */
export interface FleetDevices {
  /** Where it listens: `0.0.0.0:18444`. */
  listen: string
}

/** The certificate authority of a fleet's guards. */
export interface FleetAuthority {
  /** Raised, with a phase, to rotate it. Default: 1. */
  generation?: number
  /** How far the rotation to this generation has come: `trust`, `clients`, `servers`, in this order. Default: it is complete. */
  phase?: AuthorityPhase
}

/** What a node has behind a guard. */
interface NodeAccess {
  /** The loopback port of its sidecar, its way to the guard. Default: none, it connects to the gateway itself. */
  sidecar?: number
  /** How it proves who it is. Default: as its guard says. */
  auth?: AuthMode
  /** Raised to make every earlier certificate of it worthless. Default: 1. */
  generation?: number
}

/** A node of a fleet, which may get in by a guard. */
export type FleetNode = Omit<NodeArgs, "token"> & NodeAccess

/** Another client of a guard, such as the command line of a laptop. */
export interface FleetClient extends NodeAccess {
  /** Where it runs: `local`, or `ssh://[user@]name[:port]`. */
  host: string
  /** Absolute folder in place of `~`. Default: the home of the host's user. */
  home?: string
  /** The guard, by its name. Default: the only one. */
  guard?: string
  /** What it may do at the gateway, such as `operator.read`. Default: nothing. */
  scopes?: readonly string[]
  /** What keeps its sidecar running; needed with `sidecar`. */
  manager?: GatewayArgs["manager"]
  /** The sidecar's program. Default: as a guard's. */
  haproxy?: string
}
