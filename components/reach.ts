import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"

export interface ReachArgs {
  /** Every remote host, such as `ssh://me@tw.local`. */
  hosts: readonly string[]
  /** Those that may be unreachable without a failure. Default: none. */
  mayLag?: readonly string[]
}

/** Checks whether every remote host answers. It fails, after all else was repaired, for those that were skipped. */
export class Reach extends pulumi.CustomResource {
  /** Describes which hosts were reached. */
  declare readonly reached: pulumi.Output<string>

  constructor(name: string, args: ReachArgs, options: pulumi.CustomResourceOptions = {}) {
    super("gatekey:index:Reach", name, { ...args, reached: undefined }, options)
  }
}
