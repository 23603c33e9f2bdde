import { randomBytes } from "node:crypto"
import { lstat, open, rename, rm, unlink } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { UserError } from "../core/errors.ts"
import { describeWriteRefusal, foreignOwner } from "./file.ts"
import type { Edit } from "./host.ts"
import type { IdentifiedFile } from "./identified-file.ts"

/** Describes why a file may not be replaced. @returns undefined if it may */
export function describeReplaceRefusal(before: IdentifiedFile): string | undefined {
  if (before.kind === "unreadable") return before.reason
  const { identity } = before
  if (!identity) return undefined
  const file = { links: Number(identity.links), uid: Number(identity.uid), gid: Number(identity.gid) }
  const gids = [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])]
  return describeWriteRefusal(file, { uid: process.geteuid?.() ?? 0, gids })
}

/**
 * Replaces a file, only on a path that no other user can change (trust.ts), as names are used more than once.
 * @returns false if the file has changed since `before`
 */
export async function replaceFile(file: string, before: IdentifiedFile, edit: Edit): Promise<boolean> {
  const reason = describeReplaceRefusal(before)
  if (reason) throw new UserError(reason)
  if ("remove" in edit) {
    if (!(await isUnchanged(file, before))) return false
    if (before.kind === "file") await unlink(file)
    await syncDirectory(dirname(file))
    return true
  }
  const aside = join(dirname(file), `.${basename(file)}.gatekey-${randomBytes(6).toString("hex")}`)
  try {
    await writeAside(aside, before, edit)
    if (!(await isUnchanged(file, before))) return false
    await rename(aside, file)
    edit.placed?.()
  } finally {
    await rm(aside, { force: true })
  }
  await syncDirectory(dirname(file))
  return true
}

async function writeAside(
  aside: string,
  before: IdentifiedFile,
  edit: Extract<Edit, { bytes: Uint8Array }>,
): Promise<void> {
  const handle = await open(aside, "wx", 0o600)
  try {
    const { identity } = before
    const stats = await handle.stat({ bigint: true })
    if (identity && (stats.uid !== identity.uid || stats.gid !== identity.gid)) {
      await handle.chown(Number(identity.uid), Number(identity.gid)).catch(() => {
        throw new UserError(foreignOwner)
      })
    }
    await handle.chmod(edit.mode ?? (before.kind === "file" ? before.mode : 0o600))
    await handle.writeFile(edit.bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function isUnchanged(file: string, before: IdentifiedFile): Promise<boolean> {
  const now = await lstat(file, { bigint: true }).catch(() => undefined)
  const { identity } = before
  if (!now || !identity) return !now && !identity
  return (
    now.ino === identity.ino &&
    now.size === identity.size &&
    now.mtimeNs === identity.mtime &&
    now.ctimeNs === identity.ctime
  )
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r")
  // Some file systems refuse to sync a directory; the rename is done anyway.
  await handle.sync().catch(() => {})
  await handle.close()
}
