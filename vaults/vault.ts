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

/** A version of the item. Times are ISO 8601, texts as the vault has them. */
export interface Version {
  readonly version: number
  readonly at: string
  readonly who?: string
}

/** Once that the item was read. */
export interface Read {
  readonly at: string
  readonly who: string
  /** The program, and where. */
  readonly by?: string
  /** In the words of who tells it: `reveal`, `server-fetch`, `READ`. */
  readonly how: string
  readonly version?: number
}

/** What is known of the past of an item, as far as who is asked goes back. */
export interface Past {
  /** Newest first. */
  readonly versions: readonly Version[]
  /** Newest first; nothing where nobody who is asked tells it. */
  readonly reads?: readonly Read[]
  /** The item's own id. */
  readonly id?: string
}

/** The one outline of every vault. */
export interface Vault {
  /** In words for people, no secret: `1Password item gatekey in vault Home`, `pass show gateway/token`. */
  readonly name: string
  /** What it keeps now; nothing when the item (or the field) is not there. @throws VaultUnreachable, UserError */
  read(): Promise<Kept | undefined>
  /** Makes or changes the item; further fields, notes and tags that a user added stay. @throws VaultUnreachable, UserError */
  write(kept: Kept): Promise<void>
  /** Where the vault keeps one; reads from that time on. @throws VaultUnreachable, UserError */
  past?(since: Date): Promise<Past>
}

/** The vault cannot be asked: nothing is known of what it keeps. Message: who, why, what to do. */
export class VaultUnreachable extends UserError {
  override readonly name = "VaultUnreachable"
}
