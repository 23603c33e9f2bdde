import { type BinaryObject, malformed, readObject, uint } from "./binary-object.ts"

export interface BinaryList {
  /** The objects that the top one reaches, by number. */
  readonly objects: ReadonlyMap<number, BinaryObject>
  readonly top: number
  /** A number that no object has yet. */
  readonly free: number
  /** How the trailer begins: five unused bytes and a sort version. */
  readonly preamble: Uint8Array
}

const headerSize = 8
const trailerSize = 32

/** Everything that the top object reaches, checked; iterative, so that no depth overflows the stack. */
export function parseBinary(file: Uint8Array): BinaryList {
  const trailer = file.length - trailerSize
  if (trailer < headerSize) throw malformed("it is cut short", file.length)
  const [offsetSize = 0, refSize = 0] = file.subarray(trailer + 6, trailer + 8)
  const [count, top, table] = [8, 16, 24].map((at) => uint(file, trailer + at, 8)) as [number, number, number]
  const sizesFit = offsetSize >= 1 && offsetSize <= 8 && refSize >= 1 && refSize <= 8
  if (!sizesFit || top >= count || table < headerSize || table + count * offsetSize > trailer) {
    throw malformed("its trailer does not fit the file", trailer)
  }
  const body = file.subarray(0, table)
  const objects = reach(top, table - headerSize, (ref) =>
    readObject(body, uint(file, table + ref * offsetSize, offsetSize), refSize, count),
  )
  for (const object of objects.values()) checkKeys(object, objects)
  return { objects, top, free: count, preamble: file.subarray(trailer, trailer + 6) }
}

function reach(top: number, room: number, read: (ref: number) => BinaryObject): Map<number, BinaryObject> {
  const objects = new Map<number, BinaryObject>()
  const done = new Set<number>()
  const path: { ref: number; object: BinaryObject; next: number }[] = []
  let left = room
  const enter = (ref: number) => {
    const object = read(ref)
    // Objects that overlap could make a small file refer to itself millions of times.
    left -= object.raw.length
    if (left < 0) throw malformed("its objects overlap", object.at)
    objects.set(ref, object)
    path.push({ ref, object, next: 0 })
  }
  enter(top)
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const ref = step.object.refs[step.next++]
    if (ref === undefined) {
      done.add(step.ref)
      path.pop()
    } else if (!objects.has(ref)) enter(ref)
    else if (!done.has(ref)) throw malformed("an object holds itself", step.object.at)
  }
  return objects
}

function checkKeys(object: BinaryObject, objects: ReadonlyMap<number, BinaryObject>): void {
  if (object.kind !== "dict") return
  const keys = object.refs.slice(0, object.refs.length / 2)
  if (keys.some((key) => objects.get(key)?.kind !== "string")) throw malformed("a key is not a string", object.at)
}
