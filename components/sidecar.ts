import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { createHaproxy, type ProxyArgs } from "./create-haproxy.ts"
import type { ProxyClient } from "./haproxy.ts"

export interface SidecarArgs extends ProxyArgs {
  /** Whose certificate it shows: an entry of the guard's `clients`. */
  client: ProxyClient
  /** The loopback port that the node connects to. */
  port: number
  /** Where the guard is, and by which of its names it is checked. */
  guard: { readonly address: string; readonly port: number; readonly name: string }
}

/** HAProxy at a node: its loopback port leads to the guard, with the node's certificate. */
export class Sidecar extends pulumi.ComponentResource {
  constructor(name: string, args: SidecarArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Sidecar", name, {}, options)
    const { client, port, guard } = args
    const { name: own, generation = 1, role = "node" } = client
    const sidecar = { port, guard: guard.address, guardPort: guard.port, guardName: guard.name }
    const identity = { name: own, generation, role } as const
    createHaproxy(this, name, args, { identity, configuration: { sidecar } }, options)
    this.registerOutputs({})
  }
}
