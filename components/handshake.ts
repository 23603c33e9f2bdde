import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { ProductName } from "../products/product.ts"
import type { Credential } from "../products/readers.ts"
import type { Token } from "./token.ts"

export interface HandshakeArgs {
  /** The token. */
  token: Token
  /** The gateway's host: `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** TCP port of the gateway there. */
  port: pulumi.Input<number>
  /** `openclaw` (the default) or `clawdbot`. */
  product?: pulumi.Input<ProductName>
  /** SHA-256 of its certificate, if it speaks TLS. */
  tlsFingerprint?: pulumi.Input<string>
  /** It is a container's published port, so no client comes from its loopback. Default: false. */
  published?: pulumi.Input<boolean>
  /** Where it listens on its host. Default: `127.0.0.1`. */
  address?: pulumi.Input<string>
  /** A node's host, from which the gateway is reached by the node's own route. Default: the gateway's own. */
  from?: pulumi.Input<string>
  /** That route, such as `ws://studio.local:18789`. Default: what `config` says; the loopback on the gateway's own host. */
  url?: pulumi.Input<string>
  /** The node's config, which says the route. */
  config?: pulumi.Input<string>
  /** What the secret is sent as: `token` or `password`. Default: either, until the mode was declared once. */
  mode?: pulumi.Input<Credential>
  /** What is sent from the node: the `token` (the default), as the node itself would do, or `nothing`. */
  shows?: pulumi.Input<"token" | "nothing">
  /** The gateway or node that connects: if it cannot, the cause is searched on its host and reported by its name. */
  member?: pulumi.Input<string>
  /** Its home: an absolute folder. Default: `~`, that of the host's user. */
  home?: pulumi.Input<string>
}

/** Checks whether the running gateway accepts the declared token: one real connect, from its own host or a node's. */
export class Handshake extends pulumi.CustomResource {
  /** `accepted` (`answers` if nothing is sent), or why not. */
  declare readonly verdict: pulumi.Output<string>

  constructor(name: string, { token, ...args }: HandshakeArgs, options: pulumi.CustomResourceOptions = {}) {
    super(
      "gatekey:index:Handshake",
      name,
      { host: "local", ...args, ...tokenBinding(token), verdict: undefined },
      options,
    )
  }
}
