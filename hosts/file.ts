import { shellWord, shown } from "../core/escape.ts"

/** What both ways to a file hold to. */

/** Bytes; what is larger is no configuration. */
export const largest = 8 * 1024 * 1024

export function tooLarge(bytes: number): string {
  return `has ${Math.floor(bytes / 1_048_576)} MB; more than 8 MB is no configuration`
}

/** What stands where a lock must. */
export function notALock(lock: string): string {
  return `${shown(lock)} is in the way of its lock, and is not a regular file; remove it: rm -r ${shellWord(lock)}`
}

/** Of what a script prints, and what is kept of what it, or ssh, says beside that. */
export const mostPrinted = 16 * 1024 * 1024
export const mostSaid = 64 * 1024

/** Of one answer to many looks: files of so many bytes in all, and what is told of them. */
export const mostOfFiles = 32 * 1024 * 1024
export const mostOfAnswer = mostOfFiles + 16 * 1024 * 1024

export function tooMuch(bytes: number): string {
  return `answered more than ${bytes / 1_048_576} MB`
}

/** Why a file that the system makes up is not read: it may have no end, or wait for one who writes. */
export function kernelFile(real: string): string | undefined {
  const [top] = /^\/(?:proc|sys)(?=\/|$)/.exec(real) ?? []
  return top && `is in ${top}, which has no files of yours`
}

export const foreign = "belongs to another user or group, whom writing would change; run as the owner"

/** @param link the path of a link that another user made, or could have put there */
export function linkRefusal(link: string, owner: string): string {
  return (
    `${shown(link)} is a symbolic link of user ${shown(owner)}, or in a folder that other users can change; only links of root's ` +
    "or of the user who runs this are followed, where nobody else can put one; declare the path that it leads to, or run as that user"
  )
}

/** Why a file may not be read that has several names in a folder that other users can change: it may be anybody's. */
export function sharedRefusal(links: number): string {
  return `has ${links} hard links, in a folder that other users can change; remove the others first`
}

/** Why a file may not be replaced, in words. */
export function refusalOf(
  file: { readonly links: number; readonly uid: number; readonly gid: number },
  me: { readonly uid: number; readonly gids: readonly number[] },
): string | undefined {
  if (file.links > 1) return `has ${file.links} hard links, which writing would part; remove the others first`
  return me.uid === 0 || (file.uid === me.uid && me.gids.includes(file.gid)) ? undefined : foreign
}
