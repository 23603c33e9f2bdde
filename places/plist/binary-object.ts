import { PlaceError } from "../../core/errors.ts"

/** An object of a binary property list. */
export interface BinaryObject {
  readonly kind: "dict" | "array" | "set" | "string" | "other"
  /** The text of a string; empty for other objects. */
  readonly text: string
  /** Its bytes in the file; a container's are written again, since references change. */
  readonly raw: Uint8Array
  /** What a container refers to; of a dictionary all keys, then all values. */
  readonly refs: readonly number[]
  /** Its offset in the file. */
  readonly at: number
}

/** The high half of the marker byte, for objects of a length of their own; the low half is the length, or 15: it follows. */
const lengths = {
  4: { kind: "other", unit: 1 },
  5: { kind: "string", unit: 1 },
  6: { kind: "string", unit: 2 },
  10: { kind: "array", unit: 0 },
  12: { kind: "set", unit: 0 },
  13: { kind: "dict", unit: 0 },
} as const

/** The object at an offset; `body` is the part of the file that may hold objects. */
export function readObject(body: Uint8Array, at: number, refSize: number, count: number): BinaryObject {
  const marker = at >= 8 ? body[at] : undefined
  if (marker === undefined) throw malformed("an object lies outside of the file", at)
  const [high, low] = [marker >> 4, marker & 15]
  const sized = lengths[high as keyof typeof lengths]
  const bytes = (start: number, length: number) => {
    if (start + length > body.length) throw malformed("an object is cut short", at)
    return body.subarray(start, start + length)
  }
  if (sized === undefined) return { kind: "other", text: "", raw: bytes(at, 1 + scalarSize(marker, at)), refs: [], at }

  const [length, start] = low === 15 ? longLength(body, at) : [low, at + 1]
  if (sized.unit > 0) {
    const content = bytes(start, length * sized.unit)
    const text = sized.kind === "string" ? decode(content, sized.unit, at) : ""
    return { kind: sized.kind, text, raw: bytes(at, start - at + content.length), refs: [], at }
  }
  const refCount = sized.kind === "dict" ? length * 2 : length
  const raw = bytes(at, start - at + refCount * refSize)
  const refs = Array.from({ length: refCount }, (_, index) => uint(body, start + index * refSize, refSize))
  if (refs.some((ref) => ref >= count)) throw malformed("an object refers to one that is not there", at)
  return { kind: sized.kind, text: "", raw, refs, at }
}

/** How many bytes follow the marker of a null, a boolean, a number, a date or a UID. */
function scalarSize(marker: number, at: number): number {
  const low = marker & 15
  if ([0x00, 0x08, 0x09, 0x0f].includes(marker)) return 0
  if (marker >= 0x10 && marker <= 0x14) return 1 << low
  if (marker === 0x22 || marker === 0x23 || marker === 0x33) return 1 << low
  if (marker >> 4 === 8) return 1 + low
  throw malformed("an object has an unknown type", at)
}

/** Reads the length: 15 and more is a number of its own behind the marker. */
function longLength(body: Uint8Array, at: number): [length: number, start: number] {
  const marker = body[at + 1] ?? 0
  const size = 1 << (marker & 15)
  if (marker >> 4 !== 1 || size > 8 || at + 2 + size > body.length) throw malformed("a length is not a number", at)
  return [uint(body, at + 2, size), at + 2 + size]
}

function decode(content: Uint8Array, unit: number, at: number): string {
  const text = unit === 1 ? Buffer.from(content).toString("latin1") : Buffer.from(content).swap16().toString("utf16le")
  const isValid = unit === 1 ? content.every((byte) => byte < 0x80) : text.isWellFormed()
  if (!isValid) throw malformed("a string is not valid text", at)
  return text
}

/** A big-endian number; beyond 2^53 not exact, but still larger than any file. */
export function uint(bytes: Uint8Array, at: number, size: number): number {
  let number = 0
  for (let index = at; index < at + size; index++) number = number * 256 + (bytes[index] ?? 0)
  return number
}

export function malformed(reason: string, at: number): PlaceError {
  return new PlaceError("unparsable", `is not a valid binary property list: ${reason} (byte ${at})`)
}
