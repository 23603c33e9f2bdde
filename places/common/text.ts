import type { Content, FoundContent } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"
import { strictUtf8 } from "../../core/utf8.ts"

/** The interface of a format that works on text. */
interface TextFormat<C> {
  find(text: string, locator: string): FoundContent
  put(text: string, locator: string, content: C): string
  drop(text: string, locator: string): string
}

/**
 * Converts a format on text to one on bytes. Text is UTF-8 with its byte order mark kept as the first character (formats skip it);
 * a file in another 8-bit encoding is refused, or, with `anyBytes`, read as Latin-1 so that all bytes survive.
 */
export function onBytes<C = Content>(format: TextFormat<C>, options: { anyBytes?: boolean } = {}) {
  const decode = (file: Uint8Array): { text: string; encoding: "utf-8" | "latin1" } => {
    try {
      return { text: strictUtf8.decode(file), encoding: "utf-8" }
    } catch {
      if (!options.anyBytes) throw new PlaceError("unparsable", "is not UTF-8 text")
      return { text: Buffer.from(file).toString("latin1"), encoding: "latin1" }
    }
  }
  const edit = (file: Uint8Array, change: (text: string) => string): Uint8Array => {
    const { text, encoding } = decode(file)
    return Buffer.from(change(text), encoding)
  }
  return {
    find: (file: Uint8Array, locator: string) => format.find(decode(file).text, locator),
    put: (file: Uint8Array, locator: string, content: C) => edit(file, (text) => format.put(text, locator, content)),
    drop: (file: Uint8Array, locator: string) => edit(file, (text) => format.drop(text, locator)),
  }
}

/** Returns the string of a value, for formats without objects. */
export function textOf(content: Content, format: string): string {
  if (typeof content === "string") return content
  throw new PlaceError("unwritable-value", `a ${format} entry holds text, not an object`)
}

/** Describes the 1-based line and column of an offset. */
export function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/)
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

/** Creates a counter of lines that does not restart for ascending offsets. */
export function linesOf(text: string): (offset: number) => number {
  const starts: number[] = [0]
  for (const { index, 0: ending } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + ending.length)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

export const BOM = "\uFEFF"

/** The byte order marks of UTF-16: little-endian and big-endian. */
export function utf16Mark([first, second]: Uint8Array): "le" | "be" | undefined {
  if (first === 0xff && second === 0xfe) return "le"
  return first === 0xfe && second === 0xff ? "be" : undefined
}
