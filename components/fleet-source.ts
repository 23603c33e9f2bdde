import type * as pulumi from "@pulumi/pulumi"
import { createVaultPlace } from "../core/vault.ts"
import { DeclarationError } from "./declaration-error.ts"
import type { FleetArgs } from "./fleet-args.ts"
import { TokenSource } from "./token-source.ts"
import { VaultSource } from "./vault-source.ts"

/** What gives a fleet its token, in place of gatekey: each new value is a new generation. */
type Source = VaultSource | TokenSource

/** @throws DeclarationError unless the number of the generation has one source: the declaration, a value, or a vault */
export function checkSource({ token, vault }: FleetArgs): void {
  const { value, rotation, adopt } = token
  const fromVault = vault?.role === "source"
  const twice = "since token.value is given: each new value is a new generation"
  const wrong = [
    ...(value !== undefined && fromVault ? ["token.value: expected none, since the vault is the source"] : []),
    ...(value !== undefined && rotation !== undefined ? [`token.rotation: expected none, ${twice}`] : []),
    ...(value !== undefined && adopt !== undefined ? [`token.adopt: expected none, ${twice}`] : []),
    ...(value === undefined && rotation === undefined && !fromVault
      ? ["token.rotation is missing: only a token.value, or a vault that is the token's source, counts by itself"]
      : []),
  ]
  if (wrong.length > 0) throw new DeclarationError(wrong.join("\n"))
}

/** Creates the source of a fleet's token; none if gatekey generates it. */
export function createSource({ token, vault }: FleetArgs, parent: pulumi.Resource): Source | undefined {
  if (vault?.role === "source") return new VaultSource("vault", createVaultPlace(vault, false), { parent })
  return token.value === undefined ? undefined : new TokenSource("token source", { given: token.value }, { parent })
}
