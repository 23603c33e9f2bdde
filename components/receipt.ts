import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type * as core from "../core/receipt.ts"
import type { Files } from "./markers.ts"

export interface ReceiptArgs {
  /** `project/stack`. */
  stack: string
  /** The Token's. */
  generation: pulumi.Input<number>
  /** The highest generation that was ever declared: the Preflight's. Default: the one in force. */
  highest?: pulumi.Input<number>
  /** Where each host records the generations of the fleet. */
  markers: Files
  /** The Token's. */
  fingerprint?: pulumi.Input<string>
  /** How many places are declared. */
  places?: number
  /** The names of those with the token, by host. */
  holders?: Files
  /** What the gateways answered at the wire, such as `studio: accepted`. Default: nothing. */
  verdicts?: pulumi.Input<pulumi.Input<string>[]>
  /** Those among them that are not an acceptance. Default: unknown. */
  refusals?: pulumi.Input<string[]>
}

/** Records each rotation once all else went well: a receipt in the state, a marker on every host. */
export class Receipt extends pulumi.CustomResource {
  /** Of the last rotations, the latest last. */
  declare readonly receipts: pulumi.Output<core.Receipt[]>
  /** Describes the latest one. */
  declare readonly last: pulumi.Output<string>
  /** `every host`, or the hosts that have not recorded the generation in force. */
  declare readonly marked: pulumi.Output<string>

  constructor(name: string, args: ReceiptArgs, options: pulumi.CustomResourceOptions = {}) {
    super("gatekey:index:Receipt", name, { ...args, receipts: undefined, last: undefined, marked: undefined }, options)
  }
}
