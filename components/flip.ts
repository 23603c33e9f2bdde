import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Content } from "../core/content.ts"
import type { ProductName } from "../products/product.ts"
import type { PlacementArgs } from "./placement.ts"

export interface FlipArgs extends Omit<PlacementArgs, "must" | "reference"> {
  /** Where the gateway runs. Default: the place's host. */
  at?: pulumi.Input<string>
  /** TCP port of the gateway, on the loopback of its host. */
  port: pulumi.Input<number>
  /** `openclaw` (the default) or `clawdbot`. */
  product?: pulumi.Input<ProductName>
  /** SHA-256 of its certificate, if it speaks TLS. */
  tlsFingerprint?: pulumi.Input<string>
  /**
   * How the gateway reads its place again: on a `reload` (the default), by a `watch` on the file, or
   * by a watch and a `restart`.
   */
  how?: pulumi.Input<"reload" | "watch" | "restart">
  /** The config on the same host whose entries refer to the place: locator → contents. */
  refers?: pulumi.Input<{ path: string; entries: { [locator: string]: Content } }>
  /** Places (`host|path|locator`) that must contain the token before the gateway accepts it. Default: none. */
  staged?: pulumi.Input<readonly string[]>
}

/** The gateway's own place, and the moment in which the gateway accepts another token: completely, or not at all. */
export class Flip extends pulumi.CustomResource {
  /** Describes what the place contains. */
  declare readonly holds: pulumi.Output<string>
  /** Describes what the running gateway accepts. */
  declare readonly takes: pulumi.Output<string>
  /** Describes what was last declared. */
  declare readonly revision: pulumi.Output<string>
  /** The host that it is on. */
  declare readonly host: pulumi.Output<string>
  /** The file. */
  declare readonly path: pulumi.Output<string>
  /** Where in the file. */
  declare readonly locator: pulumi.Output<string>

  constructor(name: string, { token, ...args }: FlipArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { holds: undefined, takes: undefined, revision: undefined }
    super(
      "gatekey:index:Flip",
      name,
      { host: "local", must: "token", ...args, ...tokenBinding(token), ...outputs },
      options,
    )
  }
}
