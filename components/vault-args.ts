import { omitUndefined } from "../core/given.ts"
import { createVaultPlace, type VaultSpec } from "../core/vault.ts"

/**
 * A vault for the token: an item of 1Password, or two programs that read and write it (`pass`, `vault`,
 * `aws secretsmanager`, `security`). Credentials come from the environment of `pulumi` alone.
 */
export type VaultArgs = VaultSpec & {
  /** `mirror`: the generated token is kept there. `source`: the token is made there by another system, and only read. */
  readonly role: "mirror" | "source"
  /** Overwrite an unknown token there at the first `up`. Default: false. */
  readonly overwrite?: boolean
}

/** The item as a place. */
export function itemOf(vault: VaultArgs) {
  const { overwrite, role } = vault
  const at = { ...createVaultPlace(vault, role === "mirror"), locator: "*", format: "file", must: "token" } as const
  return { ...at, ...omitUndefined({ overwrite }) }
}
