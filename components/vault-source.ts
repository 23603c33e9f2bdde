import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"

export interface VaultSourceArgs {
  /** The item, as its place names it. */
  host: pulumi.Input<string>
  /** `/` and the token's field. */
  path: pulumi.Input<string>
}

/** A token that others make, in a vault: each value that it has not had yet is another generation. */
export class VaultSource extends pulumi.CustomResource {
  /** The generation of what the item holds: counted from 1. */
  declare readonly generation: pulumi.Output<number>
  /** The token; secret. */
  declare readonly value: pulumi.Output<string>

  constructor(name: string, args: VaultSourceArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { generation: undefined, value: undefined, holds: undefined }
    super("gatekey:index:VaultSource", name, { ...args, ...outputs }, options)
  }
}
