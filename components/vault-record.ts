import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Token } from "./token.ts"

export interface VaultRecordArgs {
  /** The token. */
  token: Token
  /** The item, as its place names it: `op://VAULT/ITEM`. */
  host: pulumi.Input<string>
  /** `/` and the token's field. */
  path: pulumi.Input<string>
}

/**
 * The record beside the token in its item: generation, fingerprint, when it was made and is due. During a rotation the
 * item keeps the previous token instead.
 */
export class VaultRecord extends pulumi.CustomResource {
  /** Describes what is recorded. */
  declare readonly recorded: pulumi.Output<string>

  constructor(name: string, { token, ...at }: VaultRecordArgs, options: pulumi.CustomResourceOptions = {}) {
    const bound = { ...tokenBinding(token), created: token.created, due: token.due }
    super("gatekey:index:VaultRecord", name, { ...at, ...bound, recorded: undefined }, options)
  }
}
