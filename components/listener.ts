import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { products } from "../products/index.ts"
import type { Manager, ProductName } from "../products/product.ts"
import { resolveHome } from "./place.ts"

export interface ListenerArgs {
  /** TCP port. */
  port: pulumi.Input<number>
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** `gateway` (the default): the port belongs to the declared gateway. `node`: no gateway may run on this host. */
  role?: pulumi.Input<"gateway" | "node">
  /** `openclaw` (the default) or `clawdbot`. */
  product?: pulumi.Input<ProductName>
  /** What starts the gateway. */
  manager?: pulumi.Input<Manager>
  /** Its name there: a label, a unit, or a process's own name. */
  name?: pulumi.Input<string>
  /** The file of a process's definition. */
  path?: pulumi.Input<string>
  /** Other owners that may use the port: `docker:NAME`, `launchd:LABEL`, `systemd:UNIT`, `process:PROGRAM`. */
  owners?: pulumi.Input<readonly string[]>
  /** What `up` stops and keeps from restarting; same syntax. Default: none, only reported. */
  evict?: pulumi.Input<readonly string[]>
  /** It may be reached from other hosts: it speaks TLS, or something else protects it. Default: false, and a preview warns of it. */
  guarded?: pulumi.Input<boolean>
}

/** Checks which process uses a gateway's port. */
export class Listener extends pulumi.CustomResource {
  /** `the gateway`, or a description of the process that uses the port instead. */
  declare readonly owner: pulumi.Output<string>
  /** The host that it is on. */
  declare readonly host: pulumi.Output<string>
  /** The TCP port. */
  declare readonly port: pulumi.Output<number>

  constructor(name: string, args: ListenerArgs, options: pulumi.CustomResourceOptions = {}) {
    super("gatekey:index:Listener", name, { host: "local", ...args, owner: undefined }, options)
  }
}

interface Member {
  readonly host: string
  readonly manager: Manager
  readonly product?: ProductName
  readonly home?: string
  readonly owners?: readonly string[]
  readonly evict?: readonly string[]
  readonly guarded?: boolean
  readonly tlsFingerprint?: string
}

/** Declares the listener of a declared gateway. */
export function gatewayListener(port: number, args: Member): ListenerArgs {
  const { host, manager, product = "openclaw", home, owners, evict, tlsFingerprint } = args
  const guarded = tlsFingerprint === undefined ? args.guarded : true
  const { launchd, systemd } = products[product].roles.gateway
  const name = { launchd: launchd.label, systemd: systemd.unit, process: `${product}-gateway` }[manager]
  const path = manager === "process" ? { path: resolveHome(`~/.local/state/gatekey/${name}.sh`, home) } : {}
  return { host, port, product, manager, name, ...path, ...omitUndefined({ owners, evict, guarded }) }
}

/** Declares the listener of a host with nodes only. */
export function undeclaredListener({ host, product = "openclaw", owners, evict }: Member): ListenerArgs {
  return { host, port: products[product].port, role: "node", product, ...omitUndefined({ owners, evict }) }
}
