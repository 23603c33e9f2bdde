import * as pulumi from "@pulumi/pulumi"
import { childOptions, createPlacement } from "./create.ts"
import { createMember } from "./create-member.ts"
import { Listener, undeclaredListener } from "./listener.ts"
import type { MemberArgs } from "./member.ts"
import { memberPlaces } from "./member-places.ts"
import type { PlaceResource } from "./place.ts"
import type { MemberPlaces } from "./places-of-member.ts"

export interface NodeArgs extends MemberArgs {
  /**
   * What the node keeps: the `token`, only in its config, for the first pairing and a recovery; or none,
   * since it authenticates with its `device` token. Default: `token`.
   */
  credential?: "token" | "device"
  /** The gateway that it belongs to, by its name in the fleet. Default: the only one of its product. */
  gateway?: string
  /**
   * How its gateway identifies it: by the `name` that it calls itself (`--display-name`; default: its name here), or by its
   * `device`'s id as well; with `approve`, its first pairing is approved. Default: its pairing is not checked.
   */
  pairing?: { readonly name?: string; readonly device?: string; readonly approve?: boolean }
  /** What its further `places` with the token wait for. Default: nothing; a fleet passes its gateways. */
  after?: pulumi.Input<pulumi.Resource[]>
  /** Its route there, such as `ws://studio.local:18789`. Default: that of its last start. */
  url?: string
  /** A gateway in the same home has the config and the dotenv; only the node's service is declared. Default: false. */
  sharesConfig?: boolean
  /**
   * Whether a gateway that runs on this host is undeclared. Default: true. A fleet passes false if it declares a
   * gateway on the host, and for all but the first node there.
   */
  stray?: boolean
  /** Gateways that may run here anyway, such as `docker:NAME`. Default: none. */
  owners?: readonly string[]
  /** Which gateways `up` stops here; same syntax: see Gateway. Default: none. */
  evict?: readonly string[]
}

/** A node: the place of its token, and those that must not contain it. */
export class Node extends pulumi.ComponentResource {
  /** Its further places with the token, which come after the gateway's change. */
  readonly copies: readonly PlaceResource[]
  /** Its places, for what must be written after them; its service may fail without blocking them. */
  readonly placements: readonly PlaceResource[]

  constructor(name: string, args: NodeArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Node", name, {}, options)
    const places = nodePlaces(name, args)
    this.placements = createMember(this, places, args.token, options)
    const dependsOn = args.after === undefined ? {} : { dependsOn: args.after }
    this.copies = places.later.map((place) =>
      createPlacement(place, args.token, childOptions(this, dependsOn, this.placements)),
    )
    if (args.stray !== false) {
      new Listener(`${name} stray gateway`, undeclaredListener(args), childOptions(this, {}, this.placements))
    }
    this.registerOutputs({})
  }
}

export function nodePlaces(name: string, args: Omit<NodeArgs, "token">): MemberPlaces {
  return memberPlaces(name, "node", { ...args, tokenless: args.credential === "device" })
}
