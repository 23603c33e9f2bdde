import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"

/** Non-blocking: to open a pipe must not wait for its writer, nor a terminal become ours. */
export const readingFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/** At most so many bytes of a file, whatever size it says, and however it grows. */
export async function readUpTo(handle: FileHandle, most: number): Promise<Buffer> {
  const { size } = await handle.stat()
  let bytes = Buffer.allocUnsafe(Math.min(size, most) + 1)
  let length = 0
  while (length < most) {
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(Math.min(bytes.length, most))])
    const room = Math.min(bytes.length, most) - length
    const { bytesRead } = await handle.read(bytes, length, room, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** The beginning of a regular file; nothing for anything else, or where it cannot be read. */
export async function readSmall(
  path: string,
  most: number,
  links: "follow" | "refuse" = "refuse",
): Promise<string | undefined> {
  const flags = links === "follow" ? readingFlags : readingFlags | constants.O_NOFOLLOW
  const handle = await open(path, flags).catch(() => undefined)
  if (!handle) return undefined
  try {
    return (await handle.stat()).isFile() ? (await readUpTo(handle, most)).toString() : undefined
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}
