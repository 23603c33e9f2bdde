import { describeErrno, printedCode } from "../../core/errno.ts"
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

/** A look at one file of a host, with what is needed to change it. */
export interface RemoteFile {
  readonly look: FileSnapshot
  /** The file that the path means, where it could be told. */
  readonly real?: string
  readonly entry?: Entry
  /** Why it cannot, or may not, be written. */
  readonly obstacle?: string
  /** The same for each name of one machine and user. */
  readonly machine?: string
}

/** Who looks: user id and group ids. */
export interface RemoteUser {
  readonly uid: number
  readonly gids: readonly number[]
}

/** A file that is not answered for. */
export function silent(milliseconds: number): RemoteFile {
  return unread(`is not answered for within ${milliseconds / 1000} s`)
}

/** What one call of remote.sh's `look` answered. */
export function remoteFileOf(parts: ReadonlyMap<string, Part>, looker: RemoteUser): RemoteFile {
  const text = (name: string) => parts.get(name)?.body.toString() ?? ""
  const link = parts.get("link")
  if (link) return unread(describeLinkRefusal(link.body.toString(), link.words))
  const real = parts.get("real")?.body.toString()
  if (real === undefined) return blocked(text("look"))
  const kernel = parts.has("kernel") ? (describeKernelFile(real) ?? "is not a regular file") : undefined
  if (kernel !== undefined) return { ...unread(kernel), real }
  const leftover = parts.has("leftover")
  const entry = parseEntry(text("entry"))
  const alien = parts.get("alien")?.body.toString()
  const obstacle = parts.has("writable") ? alien && describeNotALock(alien) : notWritable(real)
  const writable = obstacle === undefined ? {} : { obstacle }
  if (!entry) {
    if (codeOf(text("entry")) !== "ENOENT") return { ...blocked(text("entry")), real }
    return { look: { kind: "absent", leftover }, real, ...writable }
  }
  const bytes = parts.get("bytes")?.body
  const reason = unreadable(entry, parts)
  if (reason !== undefined || !bytes) return { ...unread(reason), real, entry }
  const refusal = describeWriteRefusal(entry, looker)
  const links = entry.links > 1 ? { links: entry.links } : {}
  const look = { kind: "file", bytes, mode: entry.mode, leftover, ...links } as const
  return { look, real, entry, ...(refusal === undefined ? {} : { obstacle: refusal }), ...writable }
}

function blocked(printed: string): RemoteFile {
  return unread(wordsOf(printed))
}

function unread(reason = "unknown error"): RemoteFile {
  return { look: { kind: "unreadable", reason }, obstacle: reason }
}

function unreadable({ kind, size, mode, links }: Entry, parts: ReadonlyMap<string, Part>): string | undefined {
  if (kind === "directory") return "is a directory"
  if (kind === "other") return "is not a regular file"
  const bytes = parts.get("bytes")?.body.length ?? 0
  if (Math.max(size, bytes) > maxFileBytes) return describeTooLarge(Math.max(size, bytes))
  if (links > 1 && parts.has("untrusted")) return describeSharedRefusal(links)
  const problem = parts.get("unread")?.words
  return problem === undefined ? undefined : `${wordsOf(problem)} (mode ${octal(mode)})`
}

/** What the far side's programs printed, in our words. */
export function wordsOf(printed: string): string {
  const code = codeOf(printed)
  return code === undefined ? shown(lastLine(printed)) || "unknown error" : describeErrno({ code })
}

/** Such as `EACCES`, where they said so. */
export function codeOf(printed: string): string | undefined {
  return printedCode(lastLine(printed))
}

function notWritable(real: string): string {
  const folder = real.slice(0, real.lastIndexOf("/")) || "/"
  return `permission denied; see there: ls -ld ${shellWord(folder)} ${shellWord(real)}`
}
