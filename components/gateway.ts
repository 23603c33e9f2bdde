import * as pulumi from "@pulumi/pulumi"
import { products } from "../products/index.ts"
import { createMember } from "./create-member.ts"
import type { MemberArgs } from "./member.ts"
import { memberPlaces } from "./member-places.ts"
import type { Placement } from "./placement.ts"

export interface GatewayArgs extends MemberArgs {
  /** TCP port it listens on. Default: the product's (18789). */
  port?: number
}

/** A gateway: the places from which it takes its token, and those that must hold nothing. */
export class Gateway extends pulumi.ComponentResource {
  /** TCP port it listens on. */
  readonly port: number

  /** Its places, for what must be written after them; its service may fail, and holds up nobody. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: GatewayArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Gateway", name, {}, options)
    this.port = args.port ?? products[args.product ?? "openclaw"].port
    this.placements = createMember(this, memberPlaces(name, "gateway", args), args.token, options)
    this.registerOutputs({ port: this.port })
  }
}
