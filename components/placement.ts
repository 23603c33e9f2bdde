import { tokenBinding } from "./token-binding.ts"
import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Content, FormatName } from "../core/content.ts"
import type { Token } from "./token.ts"

export interface PlacementArgs {
  /** The token. */
  token: Token
  /** `local` (the default), or `ssh://[user@]name[:port]`. */
  host?: pulumi.Input<string>
  /** Absolute, or `~/…` for the home of the host's user. */
  path: pulumi.Input<string>
  /** Where in the file: a JSON5 key path, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file. */
  locator: pulumi.Input<string>
  /** Default: as the file's name says. */
  format?: pulumi.Input<FormatName>
  /** What the place must contain. Default: the token. */
  must?: pulumi.Input<Must>
  /** What `must: "reference"` writes, such as an openclaw SecretRef, or a string such as `op://Home/gatekey/token`. */
  reference?: pulumi.Input<Content>
  /** Why, in a few words; shown with a drift. */
  why?: pulumi.Input<string>
  /** Overwrite an unknown live value at the first `up`. */
  overwrite?: pulumi.Input<boolean>
  /** The product's first version that understands the reference, such as `2026.3.2`. Default: all do. */
  since?: pulumi.Input<string>
  /** What stops working without it, in a few words; shown when it is destroyed. */
  serves?: pulumi.Input<string>
}

export type Must = "token" | "reference" | "nothing"

/** A place, which must contain the token, a reference to the secret file, or nothing. */
export class Placement extends pulumi.CustomResource {
  /** Describes what the place contains. */
  declare readonly holds: pulumi.Output<string>
  /** Describes what was last declared: it changes with the declaration, not when a place is repaired. */
  declare readonly revision: pulumi.Output<string>
  /** The host that it is on. */
  declare readonly host: pulumi.Output<string>
  /** The file. */
  declare readonly path: pulumi.Output<string>
  /** Where in the file. */
  declare readonly locator: pulumi.Output<string>

  constructor(name: string, args: PlacementArgs, options: pulumi.CustomResourceOptions = {}) {
    const { token, ...rest } = args
    const outputs = { holds: undefined, revision: undefined }
    super("gatekey:index:Placement", name, { host: "local", ...rest, ...tokenBinding(token), ...outputs }, options)
  }
}
