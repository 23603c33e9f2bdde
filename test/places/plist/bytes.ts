/** One object of a binary property list: its bytes. */
export type Bytes = readonly number[]

export const ascii = (text: string): Bytes => [...marker(5, text.length), ...Buffer.from(text, "latin1")]
export const array = (...refs: readonly number[]): Bytes => [...marker(10, refs.length), ...refs]
export const set = (...refs: readonly number[]): Bytes => [...marker(12, refs.length), ...refs]
export const dict = (...pairs: readonly (readonly [key: number, value: number])[]): Bytes => [
  ...marker(13, pairs.length),
  ...pairs.map(([key]) => key),
  ...pairs.map(([, value]) => value),
]

/** A file of these objects, the first one on top, with references of one byte; `tail` changes the trailer's numbers. */
export function build(objects: readonly Bytes[], tail: Partial<Tail> = {}): Buffer {
  const offsets: number[] = []
  let at = 8
  for (const object of objects) {
    offsets.push(at)
    at += object.length
  }
  const { offsetSize, refSize, count, top, table }: Tail = {
    ...{ offsetSize: 4, refSize: 1, count: objects.length, top: 0, table: at },
    ...tail,
  }
  const offsetTable = Buffer.alloc(4 * objects.length)
  for (const [index, offset] of offsets.entries()) offsetTable.writeUInt32BE(offset, 4 * index)
  const trailer = Buffer.alloc(32)
  trailer.set([offsetSize, refSize], 6)
  for (const [index, number] of [count, top, table].entries()) trailer.writeBigUInt64BE(BigInt(number), 8 + 8 * index)
  return Buffer.concat([Buffer.from("bplist00"), ...objects.map((object) => Buffer.from(object)), offsetTable, trailer])
}

interface Tail {
  readonly offsetSize: number
  readonly refSize: number
  readonly count: number | bigint
  readonly top: number | bigint
  readonly table: number | bigint
}

function marker(type: number, length: number): Bytes {
  return length < 15 ? [(type << 4) | length] : [(type << 4) | 15, 0x11, length >> 8, length & 255]
}
