import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Authority } from "./authority.ts"

export interface AccessArgs {
  /** The authority that issues its certificate. */
  authority: Authority
  /** The client's host: `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** The loopback port of its sidecar. */
  port: pulumi.Input<number>
  /** Its name, for messages. */
  name: pulumi.Input<string>
  /** The name of its gateway, for reports. */
  gateway: pulumi.Input<string>
  /** The guard that its sidecar leads to. */
  guard: pulumi.Input<{ readonly address: string; readonly port: number; readonly name: string }>
  /** The gateway's mode: of mode `token` it answers, since a client's own credential lets in. Default: `trusted-proxy`. */
  mode?: pulumi.Input<"trusted-proxy" | "token">
  /** A node's config, which tells the route of its last start. Default: the route is not checked. */
  config?: pulumi.Input<string>
}

/** Checks whether a client gets to its gateway by its sidecar and the guard: one real connect, without any secret. */
export class Access extends pulumi.CustomResource {
  /** `accepted`, or which layer refused, and why. */
  declare readonly verdict: pulumi.Output<string>

  constructor(name: string, { authority, ...args }: AccessArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { verdict: undefined }
    super("gatekey:index:Access", name, { host: "local", ...args, authority: authority.id, ...outputs }, options)
  }
}
