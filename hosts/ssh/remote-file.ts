import { describeErrno, findPrintedCode } from "../../core/errno.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { lastLine } from "../../core/foreign.ts"
import { octal } from "../../core/octal.ts"
import {
  describeKernelFile,
  describeLinkRefusal,
  describeNotALock,
  describeSharedRefusal,
  describeTooLarge,
  describeWriteRefusal,
  maxFileBytes,
} from "../file.ts"
import type { FileSnapshot } from "../host.ts"
import type { Part } from "./answer.ts"
import { type Entry, parseEntry } from "./entry.ts"

/** A file of a host, with what a change needs. */
export interface RemoteFile {
  readonly snapshot: FileSnapshot
  /** The resolved path, if known. */
  readonly real?: string
  readonly entry?: Entry
  /** Why it cannot or must not be written. */
  readonly obstacle?: string
  /** An id of the machine and user, equal for all of its names. */
  readonly machine?: string
}

/** The user of the host: user id and group ids. */
export interface RemoteUser {
  readonly uid: number
  readonly gids: readonly number[]
}

/** Creates the result for a file that timed out. */
export function createTimedOut(milliseconds: number): RemoteFile {
  return createUnreadable(`is not answered for within ${milliseconds / 1000} s`)
}

/** Parses the answer of one call of remote.sh's `look`. */
export function parseRemoteFile(parts: ReadonlyMap<string, Part>, user: RemoteUser): RemoteFile {
  const text = (name: string) => parts.get(name)?.body.toString() ?? ""
  const link = parts.get("link")
  if (link) return createUnreadable(describeLinkRefusal(link.body.toString(), link.arguments))
  const real = parts.get("real")?.body.toString()
  if (real === undefined) return createBlocked(text("look"))
  const kernel = parts.has("kernel") ? (describeKernelFile(real) ?? "is not a regular file") : undefined
  if (kernel !== undefined) return { ...createUnreadable(kernel), real }
  const leftover = parts.has("leftover")
  const entry = parseEntry(text("entry"))
  const lockObstacle = parts.get("alien")?.body.toString()
  const obstacle = parts.has("writable") ? lockObstacle && describeNotALock(lockObstacle) : describeNotWritable(real)
  const writable = obstacle === undefined ? {} : { obstacle }
  if (!entry) {
    if (parsePrintedCode(text("entry")) !== "ENOENT") return { ...createBlocked(text("entry")), real }
    return { snapshot: { kind: "absent", leftover }, real, ...writable }
  }
  const bytes = parts.get("bytes")?.body
  const reason = describeUnreadable(entry, parts)
  if (reason !== undefined || !bytes) return { ...createUnreadable(reason), real, entry }
  const refusal = describeWriteRefusal(entry, user)
  const links = entry.links > 1 ? { links: entry.links } : {}
  const look = { kind: "file", bytes, mode: entry.mode, leftover, ...links } as const
  return { snapshot: look, real, entry, ...(refusal === undefined ? {} : { obstacle: refusal }), ...writable }
}

function createBlocked(printed: string): RemoteFile {
  return createUnreadable(describePrintedError(printed))
}

function createUnreadable(reason = "unknown error"): RemoteFile {
  return { snapshot: { kind: "unreadable", reason }, obstacle: reason }
}

function describeUnreadable({ kind, size, mode, links }: Entry, parts: ReadonlyMap<string, Part>): string | undefined {
  if (kind === "directory") return "is a directory"
  if (kind === "other") return "is not a regular file"
  const bytes = parts.get("bytes")?.body.length ?? 0
  if (Math.max(size, bytes) > maxFileBytes) return describeTooLarge(Math.max(size, bytes))
  if (links > 1 && parts.has("untrusted")) return describeSharedRefusal(links)
  const problem = parts.get("unread")?.arguments
  return problem === undefined ? undefined : `${describePrintedError(problem)} (mode ${octal(mode)})`
}

/** Describes the error that the host's programs printed. */
export function describePrintedError(printed: string): string {
  const code = parsePrintedCode(printed)
  return code === undefined ? shown(lastLine(printed)) || "unknown error" : describeErrno({ code })
}

/** Parses the error's code, such as `EACCES`. */
export function parsePrintedCode(printed: string): string | undefined {
  return findPrintedCode(lastLine(printed))
}

function describeNotWritable(real: string): string {
  const folder = real.slice(0, real.lastIndexOf("/")) || "/"
  return `permission denied; see there: ls -ld ${shellWord(folder)} ${shellWord(real)}`
}
