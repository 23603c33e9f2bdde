import * as pulumi from "@pulumi/pulumi"
import { createMember } from "./create-member.ts"
import type { MemberArgs } from "./member.ts"
import { type MemberPlaces, memberPlaces } from "./member-places.ts"
import type { Placement } from "./placement.ts"

export interface NodeArgs extends MemberArgs {
  /**
   * What the node keeps: the `token`, in its config alone, for the first pairing and a recovery; or nothing anywhere,
   * since it lives by its `device` token. Default: `token`.
   */
  credential?: "token" | "device"
  /** A gateway in the same home has the config and the dotenv; only the node's service is declared. Default: false. */
  sharesConfig?: boolean
}

/** A node: the one place from which it takes the token, and those that must hold nothing. */
export class Node extends pulumi.ComponentResource {
  /** Its places, for what must be written after them; its service may fail, and holds up nobody. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: NodeArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Node", name, {}, options)
    this.placements = createMember(this, nodePlaces(name, args), args.token, options)
    this.registerOutputs({})
  }
}

export function nodePlaces(name: string, args: Omit<NodeArgs, "token">): MemberPlaces {
  return memberPlaces(name, "node", { ...args, tokenless: args.credential === "device" })
}
