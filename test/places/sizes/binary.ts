const O = "OPENCLAW_GATEWAY_TOKEN"

/** A binary property list of these objects; offsets and references have two bytes. */
function binary(objects: readonly Uint8Array[], top = 0): Uint8Array {
  const offsets: number[] = []
  let at = 8
  for (const object of objects) {
    offsets.push(at)
    at += object.length
  }
  const bytes = Buffer.concat([Buffer.from("bplist00"), ...objects])
  const table = Buffer.alloc(offsets.length * 4)
  offsets.forEach((offset, index) => void table.writeUInt32BE(offset, index * 4))
  const end = Buffer.alloc(32)
  end[6] = 4
  end[7] = 4
  end.writeBigUInt64BE(BigInt(objects.length), 8)
  end.writeBigUInt64BE(BigInt(top), 16)
  end.writeBigUInt64BE(BigInt(bytes.length), 24)
  return Buffer.concat([bytes, table, end])
}

const word = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const sized = (kind: number, count: number, ...references: number[]) =>
  Buffer.concat([Buffer.from([(kind << 4) | 0xf, 0x12]), word(count), ...references.map(word)])
const ascii = (text: string) => Buffer.concat([sized(5, text.length), Buffer.from(text)])
const up = (n: number, make: (i: number) => number) => Array.from({ length: n }, (_, i) => make(i))

/** Binary property lists that grow with a number. */
export const plistBinary: { readonly [name: string]: (n: number) => Uint8Array } = {
  "equal keys": (n) =>
    binary([
      sized(0xd, 1, 1, 2),
      ascii("EnvironmentVariables"),
      sized(0xd, n, ...up(n, () => 3), ...up(n, () => 4)),
      ascii(O),
      ascii("a"),
    ]),
  keys: (n) =>
    binary([
      sized(0xd, 1, 1, 2),
      ascii("EnvironmentVariables"),
      sized(0xd, n, ...up(n, (i) => i + 3), ...up(n, () => 3)),
      ...up(n, (i) => i).map((i) => ascii(`K${i}`)),
    ]),
  "an array of one object": (n) =>
    binary([sized(0xd, 1, 1, 2), ascii("ProgramArguments"), sized(0xa, n, ...up(n, () => 1))]),
  flags: (n) =>
    binary([
      sized(0xd, 1, 1, 2),
      ascii("ProgramArguments"),
      sized(0xa, 2 * n, ...up(2 * n, (i) => 3 + (i % 2))),
      ascii("--token"),
      ascii("a"),
    ]),
  "deep arrays": (n) => binary([...up(n, (i) => i + 1).map((next) => sized(0xa, 1, next)), ascii("a")]),
  "arrays in themselves": (n) => binary(up(n, () => 0).map(() => sized(0xa, 2, 0, 0))),
  "arrays that multiply": (n) => binary([...up(n, (i) => i + 1).map((next) => sized(0xa, 2, next, next)), ascii("a")]),
  "dictionaries in themselves": (n) => binary([sized(0xd, n, ...up(n, () => 1), ...up(n, () => 0)), ascii("a")]),
  "huge counts": (n) => binary(up(n, () => 0).map(() => sized(0xa, 0xffffffff))),
  "huge references": (n) => binary([sized(0xa, n, ...up(n, () => 0xffffffff))]),
  "huge offsets": (n) => {
    const made = Buffer.from(binary(up(n, () => 0).map(() => sized(0xa, 0))))
    return made.fill(0xff, made.length - 32 - 4 * n, made.length - 32)
  },
  "a long string": (n) => binary([sized(0xd, 1, 1, 2), ascii("a"), ascii("a".repeat(20 * n))]),
  "objects that nothing refers to": (n) => binary([sized(0xd, 0), ...up(n, () => 0).map(() => ascii("a"))]),
}
