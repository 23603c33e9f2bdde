import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { openExecVault } from "./exec.ts"
import { openOnePassword } from "./onepassword.ts"
import type { Vault, VaultSpec } from "./vault.ts"

/**
 * Creates a vault without connecting to it. Credentials come only from the environment.
 * @throws UserError if a name is not valid
 */
export function openVault(spec: VaultSpec, environment: NodeJS.ProcessEnv = process.env): Vault {
  for (const [key, name] of listNames(spec)) {
    // They become arguments of programs, so none may look like an option.
    if (name === "" || /^-|\p{Cc}/u.test(name))
      throw new UserError(`the vault's ${key} cannot be ${shown(JSON.stringify(name))}`)
  }
  return spec.provider === "exec" ? openExecVault(spec, environment) : openOnePassword(spec, environment)
}

function listNames(spec: VaultSpec): [key: string, name: string][] {
  if (spec.provider === "exec") {
    return [["read", spec.read[0] ?? ""], ...(spec.write ? [["write", spec.write[0] ?? ""] as [string, string]] : [])]
  }
  return [
    ["vault", spec.vault],
    ["item", spec.item],
    ["field", spec.field ?? "token"],
  ]
}
