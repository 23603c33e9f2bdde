import { UserError } from "../core/errors.ts"
import type { Secret } from "../core/secret.ts"

export type { VaultSpec } from "../core/vault.ts"

/** The content of a vault's item. */
export interface VaultContent {
  readonly token: Secret
  /** The following only if the vault has fields: 1Password. All of them may be shown, except `previous`. */
  readonly generation?: number
  readonly fingerprint?: string
  /** ISO 8601, UTC. */
  readonly created?: string
  readonly due?: string
  /** The previous token, until a rotation is finished. */
  readonly previous?: Secret
}

/** A version of the item. Times are ISO 8601, strings as in the vault. */
export interface VaultVersion {
  readonly version: number
  readonly at: string
  readonly who?: string
}

/** A read of the item. */
export interface VaultRead {
  readonly at: string
  readonly who: string
  /** The program and its address. */
  readonly by?: string
  /** The action as the vault names it: `reveal`, `server-fetch`, `READ`. */
  readonly how: string
  readonly version?: number
}

/** The known history of an item. */
export interface VaultHistory {
  /** Newest first. */
  readonly versions: readonly VaultVersion[]
  /** Newest first; undefined if it is not recorded. */
  readonly reads?: readonly VaultRead[]
  /** The item's own id. */
  readonly id?: string
}

/** The interface of every vault. */
export interface Vault {
  /** Its description, without a secret: `1Password item gatekey in vault Home`, `pass show gateway/token`. */
  readonly name: string
  /** Reads the content. @returns undefined if there is no item or field @throws VaultUnreachable, UserError */
  read(): Promise<VaultContent | undefined>
  /** Creates or changes the item; other fields, notes and tags are kept. @throws VaultUnreachable, UserError */
  write(kept: VaultContent): Promise<void>
  /** Reads the history, if the vault has one. @throws VaultUnreachable, UserError */
  readHistory?(since: Date): Promise<VaultHistory>
}

/** The vault cannot be read: its content is unknown. Message: vault, reason, fix. */
export class VaultUnreachable extends UserError {
  override readonly name = "VaultUnreachable"
}
