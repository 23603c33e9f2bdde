import { type FileHandle, lstat, open } from "node:fs/promises"
import { describeErrno, errorCode } from "../core/errno.ts"
import { octal } from "../core/octal.ts"
import { describeTooLarge, maxFileBytes } from "./file.ts"
import type { FileSnapshot } from "./host.ts"
import { listLeftovers } from "./leftovers.ts"
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

async function describeMode(file: string): Promise<string> {
  const stats = await lstat(file).catch(() => undefined)
  return stats ? ` (mode ${octal(stats.mode)})` : ""
}
