import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { ProductName } from "../products/product.ts"
import type { Authority } from "./authority.ts"
import type { Token } from "./token.ts"
import { sealedHeader } from "./trusted-proxy.ts"

export interface PairingArgs {
  /** The token. */
  token?: Token
  /** In place of a token: the authority of the guard that the gateway trusts. */
  authority?: Authority
  /** The generation of the guard's header. Default: 1. */
  header?: pulumi.Input<number>
  /** The name of that header, if a proxy of your own stands in front of the gateway, in place of a guard. */
  userHeader?: pulumi.Input<string>
  /** Of the gateway: `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** TCP port of the gateway on its host. */
  port: pulumi.Input<number>
  /** `openclaw` (the default) or `clawdbot`. */
  product?: pulumi.Input<ProductName>
  /** SHA-256 of the gateway's certificate in hex, if it speaks TLS. */
  tlsFingerprint?: pulumi.Input<string>
  /** The generation of the node's certificate: with another one, the token of its device is revoked. */
  certificate?: pulumi.Input<number>
  /** What the node calls itself: its `--display-name`, by default its machine's name. */
  node?: pulumi.Input<string>
  /** The id of the node's device, if a name is not enough: any client with the token can use any name. */
  device?: pulumi.Input<string>
  /** Approve the first pairing of this node, and its permissions. Default: false, only reported. */
  approve?: pulumi.Input<boolean>
  /** The node's host: one that a rotation may skip is not waited for. */
  from?: pulumi.Input<string>
  /** In place of `node`: all declared nodes, by name or device; other pairings of the gateway are reported. */
  declared?: pulumi.Input<readonly string[]>
}

/** A node's pairing as its gateway knows it; with `declared`, the undeclared pairings. */
export class Pairing extends pulumi.CustomResource {
  /** `approved, connected`, or another description of what the gateway knows of the node. */
  declare readonly pairing: pulumi.Output<string>
  /** Since when the node is connected, in UTC; empty if it is not. */
  declare readonly since: pulumi.Output<string>

  constructor(name: string, args: PairingArgs, options: pulumi.CustomResourceOptions = {}) {
    const { token, authority, userHeader, ...rest } = args
    const byProxy = authority && { authority: authority.id, ...sealedHeader(userHeader) }
    const credential = { ...(token && tokenBinding(token)), ...byProxy }
    const outputs = { pairing: undefined, since: undefined }
    super("gatekey:index:Pairing", name, { host: "local", ...rest, ...credential, ...outputs }, options)
  }
}
