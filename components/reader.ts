import type { Reference } from "../core/content.ts"
import { createVaultPlace, type VaultSpec } from "../core/vault.ts"

/** How a member fetches the token from the vault by itself. */
export interface ReaderArgs {
  /**
   * The program and its arguments that print the token there. Default: `op read` of the vault's item, or the vault's own
   * `read`.
   */
  readonly command?: readonly string[]
  /**
   * A file there of lines `NAME=value` with the credentials of the program, such as a service account's token; its
   * owner's alone. gatekey neither writes nor reads it. Default: the variables of the process.
   */
  readonly credentials?: string
  /** Further variables of the process that the program may see. Default: those that its vault needs. */
  readonly environment?: readonly string[]
}

const common = ["HOME", "PATH", "USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"]
const known = {
  onepassword: ["OP_SERVICE_ACCOUNT_TOKEN", "OP_CONNECT_HOST", "OP_CONNECT_TOKEN", "OP_ACCOUNT"],
  exec: ["GNUPGHOME", "PASSWORD_STORE_DIR"],
} as const

/** Builds the content of the program's file. */
export function readerContent(vault: VaultSpec, { command, credentials }: ReaderArgs = {}): Reference {
  return { read: command ?? readCommand(vault), ...(credentials === undefined ? {} : { credentials }) }
}

/** Lists the variables that the process passes to it, never their values. */
export function readerVariables(vault: VaultSpec, { environment = [] }: ReaderArgs = {}): string[] {
  return [...new Set([...common, ...known[vault.provider], ...environment])]
}

function readCommand(vault: VaultSpec): readonly string[] {
  if (vault.provider === "exec") return vault.read
  const { host, path } = createVaultPlace(vault, true)
  return ["op", "read", "--no-newline", `${host}${path}`]
}
