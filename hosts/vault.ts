import type { Duplex } from "node:stream"
import { UserError } from "../core/errors.ts"
import { Secret } from "../core/secret.ts"
import { parseVault } from "../core/vault.ts"
import type { Vault, VaultContent } from "../vaults/vault.ts"
import type { FileSnapshot, Host } from "./host.ts"
import { runSerially } from "./serially.ts"

/**
 * Opens a vault's item as a machine with one secret file, so that its place drifts, is adopted, staged, flipped and restored
 * like any other. The vault controls access: here the file is private.
 */
export function openVaultHost(name: string): Host {
  const readAt = async (path: string) => readVault((await openItem(name, path)).vault)
  const snapshots = new Map<string, Promise<FileSnapshot>>()
  const readFirst = (path: string) => {
    const known = snapshots.get(path) ?? readAt(path)
    snapshots.set(path, known)
    return known
  }
  return {
    readSnapshot: readAt,
    readFirstSnapshot: readFirst,

    async edit(path, decide) {
      const { vault, writes } = await openItem(name, path)
      await runSerially(name, async () => {
        const look = await readVault(vault)
        const edit = decide(look)
        // The item stays when its declaration is removed, so that its readers keep the token.
        if (!edit || "remove" in edit) return
        if (!writes)
          throw new UserError(
            `${vault.name}: the vault is the source of the token (role: source), so it is not written`,
          )
        const token = new Secret(readText(edit.bytes))
        const before = look.kind === "file" ? new Secret(readText(look.bytes)) : undefined
        const content: VaultContent = before && !before.equals(token) ? { token, previous: before } : { token }
        await vault.write(content)
        edit.placed?.()
      })
    },

    async findObstacle(path) {
      const look = await readFirst(path)
      if (look.kind === "unreachable") return look.advice
      return look.kind === "unreadable" ? look.reason : undefined
    },

    async resolveCanonical(path) {
      return `${name}${path}`
    },

    async findOutage() {
      const look = await readFirst("/token")
      return look.kind === "unreachable" ? look.reason : undefined
    },

    async run() {
      throw new UserError("a vault cannot run scripts")
    },

    async dial(): Promise<Duplex> {
      throw new UserError("a vault has no ports")
    },
  }
}

/** Opens the vault; loads its module only then, as few fleets have one. */
async function openItem(name: string, path: string): Promise<{ vault: Vault; writes: boolean }> {
  const parsed = parseVault(name, path)
  if (!parsed) throw new Error("not a vault's item")
  const { openVault: vaultOf } = await import("../vaults/index.ts")
  return { vault: vaultOf(parsed.spec), writes: parsed.writes }
}

async function readVault(vault: Vault): Promise<FileSnapshot> {
  try {
    const content = await vault.read()
    if (!content) return { kind: "absent", leftover: false }
    const bytes = Buffer.from(`${content.token.reveal()}\n`)
    return { kind: "file", bytes, mode: 0o600, leftover: false }
  } catch (error) {
    const { VaultUnreachable } = await import("../vaults/vault.ts")
    if (error instanceof VaultUnreachable) {
      return { kind: "unreachable", reason: "the vault cannot be asked", advice: error.message }
    }
    if (error instanceof UserError) return { kind: "unreadable", reason: error.message }
    throw error
  }
}

function readText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString()
    .replace(/\r?\n$/, "")
}
