import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { parseVault, type VaultSpec } from "../../core/vault.ts"
import { vaultOf } from "../../vaults/index.ts"
import type { Resource } from "../exported.ts"
import { tableOf } from "../table.ts"

/** What the vault says of its item; texts may be shown. */
export interface ItemHistory {
  readonly item: string
  /** The newest first. */
  readonly versions: readonly { readonly version: number; readonly at: string; readonly who?: string }[]
}

/** The item that the stack's state names; nothing where it has none. @throws UserError where the vault cannot be asked */
export async function itemHistory(resources: readonly Resource[]): Promise<ItemHistory> {
  const spec = specIn(resources)
  if (!spec) throw new UserError("this stack has no vault; declare gatekey:vault, or leave --vault out")
  const vault = vaultOf(spec)
  if (!vault.versions) throw new UserError(`${vault.name}: it keeps no versions; leave --vault out`)
  const versions = await vault.versions()
  return {
    item: shown(vault.name),
    versions: versions.map(({ version, at, who }) => ({ version, at: shown(at), ...(who ? { who: shown(who) } : {}) })),
  }
}

export function itemLines({ item, versions }: ItemHistory): string {
  const rows = versions.map(({ version, at, who = "" }) => [at.replace("T", " ").slice(0, 19), String(version), who])
  return `\n${item}:\n${tableOf(["when (UTC)", "version", "by"], rows)}`
}

function specIn(resources: readonly Resource[]): VaultSpec | undefined {
  for (const { outputs = {} } of resources) {
    const { host, path } = outputs
    const parsed = typeof host === "string" && typeof path === "string" ? parseVault(host, path) : undefined
    if (parsed) return parsed.spec
  }
  return undefined
}
