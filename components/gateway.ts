import * as pulumi from "@pulumi/pulumi"
import { products } from "../products/index.ts"
import { children } from "./create.ts"
import { createMember } from "./create-member.ts"
import { gatewayListener, Listener } from "./listener.ts"
import type { MemberArgs } from "./member.ts"
import { memberPlaces } from "./member-places.ts"
import type { Placement } from "./placement.ts"

export interface GatewayArgs extends MemberArgs {
  /** TCP port it listens on. Default: the product's (18789). */
  port?: number
  /** Others that may have its port, such as `docker:NAME` or `process:haproxy`. Default: none. */
  owners?: readonly string[]
  /**
   * Whom `up` stops when they have its port, and whose restart it switches off: `docker:NAME`, `launchd:LABEL`,
   * `systemd:UNIT`, `process:PROGRAM`. Default: nobody; `up` then fails at the end and names the command.
   */
  evict?: readonly string[]
}

/** A gateway: the places from which it takes its token, those that must hold nothing, and whose its port is. */
export class Gateway extends pulumi.ComponentResource {
  /** TCP port it listens on. */
  readonly port: number

  /** Its places, for what must be written after them; its service may fail, and holds up nobody. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: GatewayArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Gateway", name, {}, options)
    this.port = args.port ?? products[args.product ?? "openclaw"].port
    this.placements = createMember(this, memberPlaces(name, "gateway", args), args.token, options)
    const listener = gatewayListener(this.port, args)
    new Listener(`${name} port ${this.port}`, listener, children(this, {}, this.placements))
    this.registerOutputs({ port: this.port })
  }
}
