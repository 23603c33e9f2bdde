import { randomBytes } from "node:crypto"
import { type FileHandle, lstat, open, readdir, rename, rm, unlink } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { describeErrno, errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { octal } from "../core/octal.ts"
import { describeTooLarge, describeWriteRefusal, foreignOwner, maxFileBytes } from "./file.ts"
import type { Edit, FileSnapshot } from "./host.ts"
import { hasAbandonedLock } from "./lock.ts"
import { readingFlags, readUpTo } from "./read.ts"

/** A snapshot of a resolved file, with its identity to detect a later change. */
export type IdentifiedFile = Exclude<FileSnapshot, { kind: "unreachable" }> & { readonly identity?: Identity }

interface Identity {
  readonly ino: bigint
  readonly mtime: bigint
  readonly ctime: bigint
  readonly size: bigint
  readonly uid: bigint
  readonly gid: bigint
  readonly links: bigint
}

/** Reads a file. @throws errors of the file system other than "absent" and "unreadable" */
export async function readIdentifiedFile(file: string): Promise<IdentifiedFile> {
  const leftover = (await listLeftovers(file)).length > 0 || (await hasAbandonedLock(file))
  let handle: FileHandle
  try {
    handle = await open(file, readingFlags)
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "absent", leftover }
    // The error of opening a socket.
    if (["ENXIO", "EOPNOTSUPP"].includes(errorCode(error) ?? ""))
      return { kind: "unreadable", reason: "is not a regular file" }
    return { kind: "unreadable", reason: `${describeErrno(error)}${await describeMode(file)}` }
  }
  try {
    const stats = await handle.stat({ bigint: true })
    if (stats.isDirectory()) return { kind: "unreadable", reason: "is a directory" }
    if (!stats.isFile()) return { kind: "unreadable", reason: "is not a regular file" }
    if (stats.size > maxFileBytes) return { kind: "unreadable", reason: describeTooLarge(Number(stats.size)) }
    // It may have grown, or report no size.
    const bytes = await readUpTo(handle, maxFileBytes + 1)
    if (bytes.length > maxFileBytes) return { kind: "unreadable", reason: describeTooLarge(bytes.length) }
    const identity = {
      ino: stats.ino,
      mtime: stats.mtimeNs,
      ctime: stats.ctimeNs,
      size: stats.size,
      uid: stats.uid,
      gid: stats.gid,
      links: stats.nlink,
    }
    const links = stats.nlink > 1n ? { links: Number(stats.nlink) } : {}
    return { kind: "file", bytes, mode: Number(stats.mode & 0o7777n), leftover, ...links, identity }
  } finally {
    await handle.close()
  }
}

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

/** Lists copies that a killed run left. */
async function listLeftovers(file: string): Promise<string[]> {
  const prefix = `.${basename(file)}.gatekey-`
  const names = await readdir(dirname(file)).catch(() => [])
  return names.filter((name) => name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length)))
}

/** Removes leftover copies; only under the file's lock, so that no other gatekey is writing. */
export async function removeLeftovers(file: string): Promise<void> {
  // A folder that root left, when other users could change this path, can only be removed by root.
  for (const name of await listLeftovers(file)) {
    await rm(join(dirname(file), name), { force: true, recursive: true }).catch(() => {})
  }
}

async function describeMode(file: string): Promise<string> {
  const stats = await lstat(file).catch(() => undefined)
  return stats ? ` (mode ${octal(stats.mode)})` : ""
}
