import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"

export interface TokenSourceArgs {
  /** The token; secret. */
  given: pulumi.Input<string>
}

/** A token that another resource or system makes, as the program gets it: each new value is a new generation. */
export class TokenSource extends pulumi.CustomResource {
  /** The generation of the token in force, counted from 1. */
  declare readonly generation: pulumi.Output<number>
  /** The token in force; secret. */
  declare readonly value: pulumi.Output<string>

  constructor(name: string, args: TokenSourceArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { generation: undefined, value: undefined }
    super("gatekey:index:TokenSource", name, { given: pulumi.secret(args.given), ...outputs }, options)
  }
}
