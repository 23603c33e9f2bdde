import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"

/** Opens without waiting for a pipe's writer, and without taking a terminal. */
export const readingFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

/** Reads a limited number of bytes of a file, whatever its size and growth. */
export async function readUpTo(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const { size } = await handle.stat()
  let bytes = Buffer.allocUnsafe(Math.min(size, maxBytes) + 1)
  let length = 0
  while (length < maxBytes) {
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(Math.min(bytes.length, maxBytes))])
    const room = Math.min(bytes.length, maxBytes) - length
    const { bytesRead } = await handle.read(bytes, length, room, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** Reads the beginning of a regular file. @returns undefined if it is not regular or cannot be read */
export async function readSmall(
  path: string,
  maxBytes: number,
  links: "follow" | "refuse" = "refuse",
): Promise<string | undefined> {
  const flags = links === "follow" ? readingFlags : readingFlags | constants.O_NOFOLLOW
  const handle = await open(path, flags).catch(() => undefined)
  if (!handle) return undefined
  try {
    return (await handle.stat()).isFile() ? (await readUpTo(handle, maxBytes)).toString() : undefined
  } catch {
    return undefined
  } finally {
    await handle.close()
  }
}
