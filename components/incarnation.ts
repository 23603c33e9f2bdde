import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Token } from "./token.ts"

export interface IncarnationArgs {
  /** The token. */
  token: Token
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** The container's own name. */
  name: pulumi.Input<string>
  /** The environment variable that can carry the token. */
  variable: pulumi.Input<string>
  /** What it must contain: `token` or `nothing`. Default: `nothing`. */
  must?: pulumi.Input<"token" | "nothing">
  /** What it must be made from, as the engine knows it. Default: not checked. */
  image?: pulumi.Input<string>
  /** Its restart policy: `no`, `always`, `unless-stopped`, `on-failure`. Default: not checked. */
  restart?: pulumi.Input<string>
  /** What it publishes, such as `127.0.0.1:18789->18789`. Default: not checked. */
  ports?: pulumi.Input<readonly string[]>
  /** What `up` stops, before it creates the container, if it uses one of the ports: `docker:NAME`. Default: none. */
  evict?: pulumi.Input<readonly string[]>
  /** Replace a container of that name that gatekey did not make. Default: false. */
  overwrite?: pulumi.Input<boolean>
}

/**
 * What a declared container actually is, as the engine reports it. Put its `incarnation` into a label of the container:
 * a drift raises it, and so the declaration recreates the container.
 */
export class Incarnation extends pulumi.CustomResource {
  /** Such as `holds nothing, image openclaw:2026.9, restart unless-stopped, publishes 127.0.0.1:18789->18789`. */
  declare readonly is: pulumi.Output<string>
  /** From 1; raised by each drift. */
  declare readonly incarnation: pulumi.Output<number>

  constructor(name: string, { token, ...args }: IncarnationArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { is: undefined, incarnation: undefined }
    super("gatekey:index:Incarnation", name, { host: "local", ...args, ...tokenBinding(token), ...outputs }, options)
  }
}
