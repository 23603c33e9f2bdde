import type { BinaryObject } from "./binary-object.ts"
import type { BinaryList } from "./binary-read.ts"

/** Writes what the top object reaches and nothing else, renumbered in the old order. */
export function writeBinary({ objects, top, preamble }: BinaryList): Uint8Array {
  const kept = [...reached(objects, top)].sort((one, other) => one - other)
  const numbers = new Map(kept.map((ref, index) => [ref, index]))
  const refSize = sizeFor(kept.length)
  const header = Buffer.from("bplist00", "latin1")
  const parts: Uint8Array[] = [header]
  const offsets: number[] = []
  let at = header.length
  for (const ref of kept) {
    const object = objects.get(ref) as BinaryObject
    const bytes = encode(object, (each) => uint(numbers.get(each) as number, refSize))
    offsets.push(at)
    parts.push(bytes)
    at += bytes.length
  }
  const offsetSize = sizeFor(at)
  const table = offsets.map((offset) => uint(offset, offsetSize))
  const sizes = Buffer.from([offsetSize, refSize])
  const trailer = [kept.length, numbers.get(top) as number, at].map((number) => uint(number, 8))
  return Buffer.concat([...parts, ...table, preamble, sizes, ...trailer])
}

export function stringObject(text: string): BinaryObject {
  const isAscii = [...text].every((character) => character < "\u0080")
  const content = isAscii ? Buffer.from(text, "latin1") : Buffer.from(text, "utf16le").swap16()
  const raw = Buffer.concat([marker(isAscii ? 5 : 6, text.length), content])
  return { kind: "string", text, raw, refs: [], at: 0 }
}

function reached(objects: ReadonlyMap<number, BinaryObject>, top: number): Set<number> {
  // A set that grows while it is walked visits what was added.
  const seen = new Set([top])
  for (const ref of seen) for (const next of objects.get(ref)?.refs ?? []) seen.add(next)
  return seen
}

const containers = { array: 10, set: 12, dict: 13 } as const

function encode({ kind, raw, refs }: BinaryObject, encodeRef: (ref: number) => Uint8Array): Uint8Array {
  if (kind === "string" || kind === "other") return raw
  const length = kind === "dict" ? refs.length / 2 : refs.length
  return Buffer.concat([marker(containers[kind], length), ...refs.map(encodeRef)])
}

/** The byte that tells type and length; a length of 15 and more follows as a number object. */
function marker(type: number, length: number): Uint8Array {
  if (length < 15) return Buffer.from([(type << 4) | length])
  const size = sizeFor(length)
  return Buffer.concat([Buffer.from([(type << 4) | 15, 0x10 | Math.log2(size)]), uint(length, size)])
}

/** How many bytes hold every number up to `number`. */
function sizeFor(number: number): 1 | 2 | 4 | 8 {
  if (number < 2 ** 8) return 1
  if (number < 2 ** 16) return 2
  return number < 2 ** 32 ? 4 : 8
}

function uint(number: number, size: 1 | 2 | 4 | 8): Uint8Array {
  const bytes = Buffer.alloc(size)
  bytes.writeUIntBE(number, Math.max(0, size - 6), Math.min(size, 6))
  return bytes
}
