import type { Duplex } from "node:stream"
import { UserError } from "../core/errors.ts"
import { Secret } from "../core/secret.ts"
import { parseVault } from "../core/vault.ts"
import type { Vault, VaultContent } from "../vaults/vault.ts"
import type { FileSnapshot, Host } from "./host.ts"
import { serially } from "./serially.ts"

/**
 * A vault's item as if it were a machine with one secret file: so its place drifts, is adopted, staged, flipped and put
 * back as any other. The vault says who may read it: to us the file is private.
 */
export function vaultHost(name: string): Host {
  const lookAt = async (path: string) => lookInto((await at(name, path)).vault)
  const surveyed = new Map<string, Promise<FileSnapshot>>()
  const survey = (path: string) => {
    const known = surveyed.get(path) ?? lookAt(path)
    surveyed.set(path, known)
    return known
  }
  return {
    look: lookAt,
    survey,

    async edit(path, decide) {
      const { vault, writes } = await at(name, path)
      await serially(name, async () => {
        const look = await lookInto(vault)
        const edit = decide(look)
        // The item outlives what declared it: who reads it must not lose the token.
        if (!edit || "remove" in edit) return
        if (!writes) throw new UserError(`${vault.name}: others make this token (role: source), so it is not written`)
        const token = new Secret(textOf(edit.bytes))
        const before = look.kind === "file" ? new Secret(textOf(look.bytes)) : undefined
        const kept: VaultContent = before && !before.equals(token) ? { token, previous: before } : { token }
        await vault.write(kept)
        edit.placed?.()
      })
    },

    async obstacle(path) {
      const look = await survey(path)
      if (look.kind === "unreachable") return look.advice
      return look.kind === "unreadable" ? look.reason : undefined
    },

    async canonical(path) {
      return `${name}${path}`
    },

    async unreachable() {
      const look = await survey("/token")
      return look.kind === "unreachable" ? look.reason : undefined
    },

    async run() {
      throw new UserError("nothing runs in a vault")
    },

    async dial(): Promise<Duplex> {
      throw new UserError("nothing listens in a vault")
    },
  }
}

/** Loaded when first asked for: few fleets have a vault. */
async function at(name: string, path: string): Promise<{ vault: Vault; writes: boolean }> {
  const parsed = parseVault(name, path)
  if (!parsed) throw new Error("not a vault's item")
  const { openVault } = await import("../vaults/index.ts")
  return { vault: openVault(parsed.spec), writes: parsed.writes }
}

async function lookInto(vault: Vault): Promise<FileSnapshot> {
  try {
    const kept = await vault.read()
    if (!kept) return { kind: "absent", leftover: false }
    const bytes = Buffer.from(`${kept.token.reveal()}\n`)
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

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString()
    .replace(/\r?\n$/, "")
}
