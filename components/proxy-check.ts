import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { issuerOf } from "../core/authority-phase.ts"
import type { OwnProxy } from "../core/own-proxy.ts"
import type { Authority } from "./authority.ts"
import { sealedHeader } from "./trusted-proxy.ts"

export interface ProxyCheckArgs {
  /** Of the certificates of its clients. */
  authority: Authority
  /** The host from which it is tried: `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** Its address or name, as that host reaches it. */
  address: pulumi.Input<string>
  /** Its port. */
  port: pulumi.Input<number>
  /** The name by which its certificate is checked. */
  name: pulumi.Input<string>
  /** Which proxy it is: what lets in, and which setting repairs a fault. */
  proxy: pulumi.Input<OwnProxy>
  /** The name of its gateway, for messages. */
  gateway: pulumi.Input<string>
  /** The host of the gateway and of the proxy. Default: `local`. */
  gatewayHost?: pulumi.Input<string>
  /** The gateway's mode: of mode `token` only what the proxy refuses is checked. Default: `trusted-proxy`. */
  mode?: pulumi.Input<"trusted-proxy" | "token">
  /** The name of the header with the identity. Default: that of the proxy, if it has one of its own. */
  userHeader?: pulumi.Input<string>
  /** Whom it has to let in, by certificate. */
  clients: pulumi.Input<
    readonly {
      readonly name: string
      readonly generation: number
      readonly role: "node" | "client"
      readonly scopes?: readonly string[]
    }[]
  >
}

/** A proxy of your own, tried from outside: whom it lets in, and whether it hands over what a client says of itself. */
export class ProxyCheck extends pulumi.CustomResource {
  /** `as required`, or what it lacks. */
  declare readonly verdict: pulumi.Output<string>
  /** What could not be found out, with the reason. */
  declare readonly notKnown: pulumi.Output<string[]>

  constructor(
    name: string,
    { authority, userHeader, ...args }: ProxyCheckArgs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    const own = { authority: authority.id, issuer: issuerOf(authority.plan, "client"), ...sealedHeader(userHeader) }
    const outputs = { verdict: undefined, notKnown: undefined }
    super("gatekey:index:ProxyCheck", name, { host: "local", ...args, ...own, ...outputs }, options)
  }
}
