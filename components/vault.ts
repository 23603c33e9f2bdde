import * as pulumi from "@pulumi/pulumi"
import { createVaultPlace } from "../core/vault.ts"
import { children, create } from "./create.ts"
import type { Place } from "./place.ts"
import type { Placement } from "./placement.ts"
import type { Token } from "./token.ts"
import { itemOf, type VaultArgs } from "./vault-args.ts"
import { VaultRecord } from "./vault-record.ts"

export type VaultOptions = VaultArgs & {
  token: Token
  /** A gateway that reads the item by itself writes it as well, in the moment in which it takes the token. Default: false. */
  readonly flipped?: boolean
  /** What must be done before the item's record is complete. Default: nothing. */
  readonly after?: pulumi.Input<pulumi.Resource[]>
}

/**
 * The token in a vault: the item that holds it, written before any gateway takes another one, so that none is in force
 * which is not recorded; and the record beside it, of which generation it is, written when all is done.
 */
export class Vault extends pulumi.ComponentResource {
  /** The item, for what must come after it. */
  readonly placements: readonly Placement[]

  constructor(name: string, args: VaultOptions, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Vault", name, {}, options)
    const { token, flipped, after, ...vault } = args
    const item = flipped ? undefined : vaultItem(name, vault)
    this.placements = item ? [create(item, token, children(this, options))] : []
    if (vault.role === "mirror" && vault.provider === "onepassword") {
      const dependsOn = after === undefined ? {} : { dependsOn: after }
      new VaultRecord(
        `${name} record`,
        { token, ...createVaultPlace(vault, true) },
        children(this, dependsOn, this.placements),
      )
    }
    this.registerOutputs({})
  }
}

/** What is written there; nothing where others make the token. */
export function vaultItem(name: string, vault: VaultArgs): Place | undefined {
  if (vault.role === "source") return undefined
  const why = "a token that is recorded nowhere is not rolled out"
  return { name: `${name} item`, ...itemOf(vault), why, serves: "whoever reads it there" }
}
