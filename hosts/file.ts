/** What both ways to a file hold to. */

/** Bytes; what is larger is no configuration. */
export const largest = 8 * 1024 * 1024

export const foreign = "belongs to another user or group, whom writing would change; run as the owner"

/** Why a file may not be replaced, in words. */
export function refusalOf(
  file: { readonly links: number; readonly uid: number; readonly gid: number },
  me: { readonly uid: number; readonly gids: readonly number[] },
): string | undefined {
  if (file.links > 1) return `has ${file.links} hard links, which writing would part; remove the others first`
  return me.uid === 0 || (file.uid === me.uid && me.gids.includes(file.gid)) ? undefined : foreign
}
