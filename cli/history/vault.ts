import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { parseVault, type VaultSpec } from "../../core/vault.ts"
import { openVault } from "../../vaults/index.ts"
import type { VaultRead, VaultVersion } from "../../vaults/vault.ts"
import type { Resource } from "../stack/exported.ts"
import { tableOf } from "../table.ts"
import { timeOf } from "./lines.ts"

/** What the vault says of its item; texts may be shown. */
export interface ItemHistory {
  readonly item: string
  /** The newest first. */
  readonly versions: readonly VaultVersion[]
  /** Since when `readers` tells. */
  readonly since: string
  /** Who read last comes first; nothing where nobody who is asked tells it. */
  readonly readers?: readonly Reader[]
}

/** Whoever read one version of the item in one way. */
export interface Reader extends VaultRead {
  readonly times: number
}

const days = 30

/** The item that the stack's state names. @throws UserError where it names none, or the vault cannot be asked */
export async function itemHistory(resources: readonly Resource[]): Promise<ItemHistory> {
  const spec = specIn(resources)
  if (!spec) throw new UserError("this stack has no vault; declare gatekey:vault, or leave --vault out")
  const vault = openVault(spec)
  if (!vault.readHistory) throw new UserError(`${vault.name}: it keeps no versions; leave --vault out`)
  const since = new Date(Date.now() - days * 24 * 3600 * 1000)
  const { versions, reads } = await vault.readHistory(since)
  return {
    item: shown(vault.name),
    versions: versions.map(({ version, at, who }) => ({ version, at: shown(at), ...(who ? { who: shown(who) } : {}) })),
    since: since.toISOString(),
    ...(reads && { readers: readersOf(reads) }),
  }
}

/** @param reads the newest first */
export function readersOf(reads: readonly VaultRead[]): Reader[] {
  const found = new Map<string, Reader>()
  for (const read of reads) {
    const { at, who, by, how, version } = read
    const key = JSON.stringify([who, by, how, version])
    const before = found.get(key)
    found.set(key, {
      ...{ at: before?.at ?? shown(at), who: shown(who), how: shown(how), times: (before?.times ?? 0) + 1 },
      ...(by !== undefined && { by: shown(by) }),
      ...(version !== undefined && { version }),
    })
  }
  return [...found.values()]
}

export function itemLines({ item, versions, readers }: ItemHistory): string {
  const rows = versions.map(({ version, at, who = "" }) => [timeOf(at), String(version), who])
  const written = `\n${item}:\n${tableOf(["when (UTC)", "version", "by"], rows)}`
  if (!readers) return `${written}\nWho read it, 1Password's Events API tells where EVENTS_API_TOKEN is set.\n`
  if (readers.length === 0) return `${written}\nNobody is known to have read it in ${days} days.\n`
  const reads = readers.map(({ at, who, by = "", how, version = "", times }) => [
    ...[timeOf(at), who, how, String(version), String(times), by],
  ])
  return `${written}\nread in ${days} days by:\n${tableOf(["last (UTC)", "by", "how", "version", "times", "with"], reads)}`
}

function specIn(resources: readonly Resource[]): VaultSpec | undefined {
  for (const { outputs = {} } of resources) {
    const { host, path } = outputs
    const parsed = typeof host === "string" && typeof path === "string" ? parseVault(host, path) : undefined
    if (parsed) return parsed.spec
  }
  return undefined
}
