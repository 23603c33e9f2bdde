import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { execVault } from "./exec.ts"
import { onePassword } from "./onepassword.ts"
import type { Vault, VaultSpec } from "./vault.ts"

/**
 * Asks nothing yet. Credentials come from the environment alone.
 * @throws UserError for what names no vault
 */
export function vaultOf(spec: VaultSpec, environment: NodeJS.ProcessEnv = process.env): Vault {
  for (const [what, text] of textsOf(spec)) {
    // They become arguments of programs: none may look like an option.
    if (text === "" || /^-|\p{Cc}/u.test(text))
      throw new UserError(`the vault's ${what} cannot be ${shown(JSON.stringify(text))}`)
  }
  return spec.provider === "exec" ? execVault(spec, environment) : onePassword(spec, environment)
}

function textsOf(spec: VaultSpec): [what: string, text: string][] {
  if (spec.provider === "exec") {
    return [["read", spec.read[0] ?? ""], ...(spec.write ? [["write", spec.write[0] ?? ""] as [string, string]] : [])]
  }
  return [
    ["vault", spec.vault],
    ["item", spec.item],
    ["field", spec.field ?? "token"],
  ]
}
