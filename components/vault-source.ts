import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"

export interface VaultSourceArgs {
  /** The item, as its place names it. */
  host: pulumi.Input<string>
  /** `/` and the token's field. */
  path: pulumi.Input<string>
}

/** A token that another system makes, in a vault: each new value is a new generation. */
export class VaultSource extends pulumi.CustomResource {
  /** The generation of the item's token, counted from 1. */
  declare readonly generation: pulumi.Output<number>
  /** The token; secret. */
  declare readonly value: pulumi.Output<string>

  constructor(name: string, args: VaultSourceArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { generation: undefined, value: undefined, holds: undefined }
    super("gatekey:index:VaultSource", name, { ...args, ...outputs }, options)
  }
}
