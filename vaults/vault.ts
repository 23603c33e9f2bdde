import { UserError } from "../core/errors.ts"
import type { Secret } from "../core/secret.ts"

export type { VaultSpec } from "../core/vault.ts"

/** What a vault's item keeps of the token. */
export interface Kept {
  readonly token: Secret
  /** The rest only where the vault has fields: 1Password. All text may be shown, except `previous`. */
  readonly generation?: number
  readonly fingerprint?: string
  /** ISO 8601, UTC. */
  readonly created?: string
  readonly due?: string
  /** The token of before, until a rotation is finished. */
  readonly previous?: Secret
}

/** The one outline of every vault. */
export interface Vault {
  /** In words for people, no secret: `1Password item gatekey in vault Home`, `pass show gateway/token`. */
  readonly name: string
  /** What it keeps now; nothing when the item (or the field) is not there. @throws VaultUnreachable, UserError */
  read(): Promise<Kept | undefined>
  /** Makes or changes the item; further fields, notes and tags that a user added stay. @throws VaultUnreachable, UserError */
  write(kept: Kept): Promise<void>
  /** Item versions, newest first, where the vault tells them. */
  versions?(): Promise<readonly { version: number; at: string; who?: string }[]>
}

/** The vault cannot be asked: nothing is known of what it keeps. Message: who, why, what to do. */
export class VaultUnreachable extends UserError {
  override readonly name = "VaultUnreachable"
}
