import { randomBytes } from "node:crypto"
import { type FileHandle, lstat, open, readdir, rename, rm, unlink } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { describeErrno, errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { octal } from "../core/octal.ts"
import { foreign, largest, refusalOf, tooLarge } from "./file.ts"
import type { Edit, FileSnapshot } from "./host.ts"
import { isAbandoned } from "./lock.ts"
import { readingFlags, readUpTo } from "./read.ts"

/** A look at one real file, with what is needed to tell later whether it is still the same. */
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

/** @throws errors of the file system other than "absent" and "unreadable", which are findings */
export async function snapshot(file: string): Promise<IdentifiedFile> {
  const leftover = (await leftovers(file)).length > 0 || (await isAbandoned(file))
  let handle: FileHandle
  try {
    handle = await open(file, readingFlags)
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "absent", leftover }
    // What a socket answers to being opened.
    if (["ENXIO", "EOPNOTSUPP"].includes(errorCode(error) ?? ""))
      return { kind: "unreadable", reason: "is not a regular file" }
    return { kind: "unreadable", reason: `${describeErrno(error)}${await modeOf(file)}` }
  }
  try {
    const seen = await handle.stat({ bigint: true })
    if (seen.isDirectory()) return { kind: "unreadable", reason: "is a directory" }
    if (!seen.isFile()) return { kind: "unreadable", reason: "is not a regular file" }
    if (seen.size > largest) return { kind: "unreadable", reason: tooLarge(Number(seen.size)) }
    // It may have grown since, or say no size at all.
    const bytes = await readUpTo(handle, largest + 1)
    if (bytes.length > largest) return { kind: "unreadable", reason: tooLarge(bytes.length) }
    const identity = {
      ino: seen.ino,
      mtime: seen.mtimeNs,
      ctime: seen.ctimeNs,
      size: seen.size,
      uid: seen.uid,
      gid: seen.gid,
      links: seen.nlink,
    }
    const links = seen.nlink > 1n ? { links: Number(seen.nlink) } : {}
    return { kind: "file", bytes, mode: Number(seen.mode & 0o7777n), leftover, ...links, identity }
  } finally {
    await handle.close()
  }
}

/** Why the file may not be replaced, in words. */
export function refusal(before: IdentifiedFile): string | undefined {
  if (before.kind === "unreadable") return before.reason
  const { identity } = before
  if (!identity) return undefined
  const file = { links: Number(identity.links), uid: Number(identity.uid), gid: Number(identity.gid) }
  const gids = [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])]
  return refusalOf(file, { uid: process.geteuid?.() ?? 0, gids })
}

/**
 * Only for a file whose way nobody else can change (trust.ts): names are used more than once.
 * @returns whether it was done: false when the file is no longer what `before` saw
 */
export async function replace(file: string, before: IdentifiedFile, edit: Edit): Promise<boolean> {
  const reason = refusal(before)
  if (reason) throw new UserError(reason)
  if ("remove" in edit) {
    if (!(await unchanged(file, before))) return false
    if (before.kind === "file") await unlink(file)
    await syncDirectory(dirname(file))
    return true
  }
  const aside = join(dirname(file), `.${basename(file)}.gatekey-${randomBytes(6).toString("hex")}`)
  try {
    await writeAside(aside, before, edit)
    if (!(await unchanged(file, before))) return false
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
    const mine = await handle.stat({ bigint: true })
    if (identity && (mine.uid !== identity.uid || mine.gid !== identity.gid)) {
      await handle.chown(Number(identity.uid), Number(identity.gid)).catch(() => {
        throw new UserError(foreign)
      })
    }
    await handle.chmod(edit.mode ?? (before.kind === "file" ? before.mode : 0o600))
    await handle.writeFile(edit.bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function unchanged(file: string, before: IdentifiedFile): Promise<boolean> {
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
  // Some file systems refuse to sync a directory; the rename stands all the same.
  await handle.sync().catch(() => {})
  await handle.close()
}

/** Copies that a killed run left beside the file; only looked for where a name could match. */
async function leftovers(file: string): Promise<string[]> {
  const prefix = `.${basename(file)}.gatekey-`
  const names = await readdir(dirname(file)).catch(() => [])
  return names.filter((name) => name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length)))
}

/** Only under the file's lock: no other gatekey is writing then. */
export async function removeLeftovers(file: string): Promise<void> {
  // A folder of root's, from when the way here was not closed to others, only root can remove.
  for (const name of await leftovers(file)) {
    await rm(join(dirname(file), name), { force: true, recursive: true }).catch(() => {})
  }
}

async function modeOf(file: string): Promise<string> {
  const seen = await lstat(file).catch(() => undefined)
  return seen ? ` (mode ${octal(seen.mode)})` : ""
}
