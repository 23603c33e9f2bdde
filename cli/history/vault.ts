import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { parseVault, type VaultSpec } from "../../core/vault.ts"
import { openVault } from "../../vaults/index.ts"
import type { VaultRead, VaultVersion } from "../../vaults/vault.ts"
import type { ExportedResource } from "../stack/export-state.ts"
import { tableRows } from "../table.ts"
import { widthOf } from "../terminal.ts"
import type { Text } from "../text.ts"
import { timeOf } from "./lines.ts"

/** The vault's records of its item; its strings may be shown. */
export interface ItemHistory {
  readonly item: string
  /** The newest first. */
  readonly versions: readonly VaultVersion[]
  /** The start of the period that `readers` covers. */
  readonly since: string
  /** The last reader first; undefined if the vault does not report readers. */
  readonly readers?: readonly Reader[]
}

/** A reader of one version of the item, in one way. */
export interface Reader extends VaultRead {
  readonly times: number
}

const days = 30

/** Reads the history of the state's vault item. @throws UserError if there is none, or the vault cannot be reached */
export async function readItemHistory(resources: readonly ExportedResource[]): Promise<ItemHistory> {
  const spec = specIn(resources)
  if (!spec) throw new UserError("this stack has no vault; declare gatekey:vault, or drop --vault")
  const vault = openVault(spec)
  if (!vault.readHistory) throw new UserError(`${vault.name} keeps no versions; drop --vault`)
  const since = new Date(Date.now() - days * 24 * 3600 * 1000)
  const { versions, reads } = await vault.readHistory(since)
  return {
    item: shown(vault.name),
    versions: versions.map(({ version, at, who }) => ({ version, at: shown(at), ...(who ? { who: shown(who) } : {}) })),
    since: since.toISOString(),
    ...(reads && { readers: readersOf(reads) }),
  }
}

/** Groups the reads by reader. @param reads the newest first */
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

export function itemLines({ item, versions, readers }: ItemHistory): Text {
  const rows = versions.map(({ version, at, who = "" }) => [timeOf(at), String(version), who])
  const width = widthOf(process.stdout)
  const written = [`\n${item}:\n`, tableRows(["when (UTC)", "version", "by"], rows, width)]
  if (!readers) return [written, "\nSet EVENTS_API_TOKEN to list its readers by 1Password's Events API.\n"]
  if (readers.length === 0) return [written, `\nNo read of it is recorded in ${days} days.\n`]
  const reads = readers.map(({ at, who, by = "", how, version = "", times }) => [
    ...[timeOf(at), who, how, String(version), String(times), by],
  ])
  const head = ["last (UTC)", "by", "how", "version", "times", "with"]
  return [written, `\nread in ${days} days by:\n`, tableRows(head, reads, width)]
}

function specIn(resources: readonly ExportedResource[]): VaultSpec | undefined {
  for (const { outputs = {} } of resources) {
    const { host, path } = outputs
    const parsed = typeof host === "string" && typeof path === "string" ? parseVault(host, path) : undefined
    if (parsed) return parsed.spec
  }
  return undefined
}
