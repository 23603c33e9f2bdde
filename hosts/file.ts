import { shellWord, shown } from "../core/escape.ts"

/** Limits and messages that local and remote files share. */

/** The maximum of bytes of a configuration file. */
export const maxFileBytes = 8 * 1024 * 1024

export function describeTooLarge(bytes: number): string {
  return `has ${Math.floor(bytes / 1_048_576)} MB; more than 8 MB is no configuration`
}

/** Describes an obstacle in place of a lock. */
export function describeNotALock(lock: string): string {
  return `${shown(lock)} is in the way of its lock, and is not a regular file; remove it: rm -r ${shellWord(lock)}`
}

/** The maximum of bytes of a script's output, and of the standard error that is kept of it or of ssh. */
export const maxOutputBytes = 16 * 1024 * 1024
export const maxErrorBytes = 64 * 1024

/** The maximum of bytes of files in one answer, and of the whole answer. */
export const maxBatchBytes = 32 * 1024 * 1024
export const maxAnswerBytes = maxBatchBytes + 16 * 1024 * 1024

export function describeTooMuch(bytes: number): string {
  return `answered more than ${bytes / 1_048_576} MB`
}

/** Describes why a file of the kernel is not read: it may have no end, or wait for a writer. */
export function describeKernelFile(real: string): string | undefined {
  const [top] = /^\/(?:proc|sys)(?=\/|$)/.exec(real) ?? []
  return top && `is in ${top}, which has no files of yours`
}

export const foreignOwner = "belongs to another user or group, which writing would change; run as the owner"

/** Describes why a link is refused. @param link the path of a link that another user made, or could have made */
export function describeLinkRefusal(link: string, owner: string): string {
  return (
    `${shown(link)} is a symbolic link of user ${shown(owner)}, or in a folder that other users can change; only links of root's ` +
    "or of the user who runs this are followed, where nobody else can put one; declare the path that it leads to, or run as that user"
  )
}

/** Describes why a file with several hard links is not read in a folder that other users can change: it may be any user's file. */
export function describeSharedRefusal(links: number): string {
  return `has ${links} hard links, in a folder that other users can change; remove the others first`
}

/** Describes why a file may not be replaced. @returns undefined if it may */
export function describeWriteRefusal(
  file: { readonly links: number; readonly uid: number; readonly gid: number },
  me: { readonly uid: number; readonly gids: readonly number[] },
): string | undefined {
  if (file.links > 1) return `has ${file.links} hard links, which writing would separate; remove the others first`
  return me.uid === 0 || (file.uid === me.uid && me.gids.includes(file.gid)) ? undefined : foreignOwner
}
