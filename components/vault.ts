import * as pulumi from "@pulumi/pulumi"
import { createVaultPlace } from "../core/vault.ts"
import { childOptions, createPlacement } from "./create.ts"
import type { Place } from "./place.ts"
import type { Placement } from "./placement.ts"
import type { Token } from "./token.ts"
import { itemOf, type VaultArgs } from "./vault-args.ts"
import { VaultRecord } from "./vault-record.ts"

export type VaultOptions = VaultArgs & {
  /** The token. */
  token: Token
  /** A gateway that reads the item also writes it, at the moment in which it accepts the token. Default: false. */
  readonly flipped?: boolean
  /** What must be done before the item's record is complete. Default: nothing. */
  readonly after?: pulumi.Input<pulumi.Resource[]>
}

/**
 * The token in a vault: its item, written before any gateway accepts another token, so that no unrecorded one is in
 * force; and the record beside it with its generation, written last.
 */
export class Vault extends pulumi.ComponentResource {
  /** The item, for what must come after it. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: VaultOptions, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Vault", name, {}, options)
    const { token, flipped, after, ...vault } = args
    const item = flipped ? undefined : vaultItem(name, vault)
    this.placements = item ? [createPlacement(item, token, childOptions(this, options))] : []
    if (vault.role === "mirror" && vault.provider === "onepassword") {
      const dependsOn = after === undefined ? {} : { dependsOn: after }
      new VaultRecord(
        `${name} record`,
        { token, ...createVaultPlace(vault, true) },
        childOptions(this, dependsOn, this.placements),
      )
    }
    this.registerOutputs({})
  }
}

/** Returns the item to write; undefined if another system makes the token. */
export function vaultItem(name: string, vault: VaultArgs): Place | undefined {
  if (vault.role === "source") return undefined
  const why = "a token that is recorded nowhere is not rolled out"
  return { name: `${name} item`, ...itemOf(vault), why, serves: "whoever reads it there" }
}
