import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Authority } from "./authority.ts"

export interface ClientKeyArgs {
  /** Whose domain is the issuer of the tokens. */
  authority: Authority
  /** `local` or `ssh://[user@]host[:port]`. */
  host: pulumi.Input<string>
  /** The folder of the key (`client.key`, 0600) and of the program that prints access tokens (`token`). */
  folder: pulumi.Input<string>
  /** Whose key it is, such as `laptop`. */
  name: pulumi.Input<string>
  /** Raised to make every earlier key of that name worthless. Default: 1. */
  generation?: pulumi.Input<number>
  /** The name of the guard that the tokens are for. */
  audience: pulumi.Input<string>
}

/** A private key on a host, which never leaves it, and the program beside it that prints access tokens. */
export class ClientKey extends pulumi.CustomResource {
  /** The public key (PEM), by which a guard verifies the tokens. */
  declare readonly publicKey: pulumi.Output<string>

  constructor(name: string, { authority, ...args }: ClientKeyArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { holds: undefined, minter: undefined, publicKey: undefined }
    super("gatekey:index:ClientKey", name, { ...args, authority: authority.id, ...outputs }, options)
  }
}
