/** A file as `ls -din` prints it; `text` is compared later. */
export interface Entry {
  readonly text: string
  readonly kind: "file" | "directory" | "other"
  /** Permission bits. */
  readonly mode: number
  readonly links: number
  readonly uid: number
  readonly gid: number
  /** Bytes. */
  readonly size: number
}

/** Parses `392 -rw-r--r-- 1 0 0 17`. @returns undefined for another text, such as an error */
export function parseEntry(text: string): Entry | undefined {
  const found = /^\d+ ([-a-zA-Z])([-rwxsStT]{9})[.+@]? (\d+) (\d+) (\d+) (\S+)$/.exec(text.trim())
  if (!found) return undefined
  const [, type = "", permissions = "", links, uid, gid, size = ""] = found
  // A device has numbers in place of the size, `1,` or `0x3000002`.
  const hasSize = /^\d+$/.test(size)
  if (type === "-" && !hasSize) return undefined
  return {
    text: text.trim(),
    kind: type === "-" ? "file" : type === "d" ? "directory" : "other",
    mode: parseMode(permissions),
    links: Number(links),
    uid: Number(uid),
    gid: Number(gid),
    size: hasSize ? Number(size) : 0,
  }
}

/** Parses `rwsr-xr-t` to permission bits. */
function parseMode(permissions: string): number {
  let mode = 0
  for (const [at, letter] of [...permissions].entries()) {
    const third = Math.floor(at / 3)
    if (letter !== "-" && letter !== "S" && letter !== "T") mode |= 0o400 >> at
    if (at % 3 === 2 && /[sStT]/.test(letter)) mode |= 0o4000 >> third
  }
  return mode
}
