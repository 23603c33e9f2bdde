import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Authority } from "./authority.ts"

export interface TrustedProxyArgs {
  /** Of its guard. */
  authority: Authority
  /** The gateway's host: `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** Its config file. */
  config: pulumi.Input<string>
  /** Its TCP port there. */
  port: pulumi.Input<number>
  /** Its name, for messages. */
  name?: pulumi.Input<string>
  /**
   * `trusted-proxy` (the default): the guard says who is there, and no secret lets in. `token`: clients that come by the
   * guard are told apart by their addresses, and their tokens still let in.
   */
  mode?: pulumi.Input<"trusted-proxy" | "token">
  /**
   * The folder of its guard. As long as a gateway of mode `token` is not `closed`, the guard then forwards no addresses, and
   * the gateway trusts no proxy yet: openclaw closes every connection when that changes. Default: it always forwards them.
   */
  guard?: pulumi.Input<string>
  /** The generation of the guard's header. Default: 1. */
  header?: pulumi.Input<number>
  /** The name of that header, if a proxy of your own stands in front of the gateway, in place of a guard. */
  userHeader?: pulumi.Input<string>
  /** Whom the guard lets in, such as `node:tw`, and their scopes. */
  identities: pulumi.Input<readonly { readonly identity: string; readonly scopes?: readonly string[] }[]>
  /** It listens on its loopback only. Default: false. */
  closed?: pulumi.Input<boolean>
  /** Nodes that connect past the guard: before the switch, each must be paired. Default: none. */
  paired?: pulumi.Input<readonly { readonly node: string; readonly device?: string }[]>
}

/** The gateway's half of a guard: the settings of its config, and that the running gateway goes by them. */
export class TrustedProxy extends pulumi.CustomResource {
  /** `as declared`, or which settings differ. */
  declare readonly settings: pulumi.Output<string>
  /** Whether the running gateway accepts what the guard says. */
  declare readonly wire: pulumi.Output<string>

  constructor(
    name: string,
    { authority, userHeader, ...args }: TrustedProxyArgs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    const own = { authority: authority.id, ...sealedHeader(userHeader) }
    const outputs = { settings: undefined, wire: undefined }
    super("gatekey:index:TrustedProxy", name, { host: "local", ...args, ...own, ...outputs }, options)
  }
}

/** Makes the name of a header a secret, also if the program did not. */
export function sealedHeader(userHeader: pulumi.Input<string> | undefined) {
  return userHeader === undefined ? {} : { userHeader: pulumi.secret(userHeader) }
}
