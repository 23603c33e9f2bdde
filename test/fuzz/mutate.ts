import type { Random } from "./random.ts"

/** Bytes that parsers treat in their own ways. */
const tricky = [
  ..."'\"`$\\#;:=,{}[]()<>&|!*?~%@+-./ \t\n\r\0",
  ..."\u0085\u00a0\u200b\u2028\u202e\ufeff\u001b[31m",
].map((each) => Buffer.from(each))
const spoilt = [Buffer.of(0xff), Buffer.of(0xc0, 0x80), Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0x80)]
const numbers = ["0", "-1", "1e400", "NaN", "2147483648", "9007199254740993", "00", "0x10", "1.5"].map((each) =>
  Buffer.from(each),
)
const longest = 4096

/** Changes an input at some places. @param words parts that the target's parsers know @param others inputs to take parts of */
export function mutateBytes(
  input: Uint8Array,
  random: Random,
  words: readonly Uint8Array[],
  others: readonly Uint8Array[],
): Buffer {
  let bytes: Buffer = Buffer.from(input)
  for (let times = 1 + random.below(4); times > 0; times--) bytes = step(bytes, random, words, others)
  return bytes.length > longest ? bytes.subarray(0, longest) : bytes
}

function step(bytes: Buffer, random: Random, words: readonly Uint8Array[], others: readonly Uint8Array[]): Buffer {
  const at = random.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + 1 + random.below(random.below(4) === 0 ? 64 : 4))
  const put = (part: Uint8Array, until = at) => Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(until)])
  switch (random.below(12)) {
    case 0:
      return put(Buffer.alloc(0), end)
    case 1:
      return put(bytes.subarray(at, end))
    case 2:
      return put(random.pick(spoilt), random.below(2) ? at : end)
    case 3:
      return put(random.pick(numbers), random.below(2) ? at : end)
    case 4:
    case 5:
      return words.length === 0 ? bytes : put(random.pick(words), random.below(2) ? at : end)
    case 6: {
      const other = random.pick(others) ?? bytes
      const from = random.below(other.length)
      return put(other.subarray(from, from + 1 + random.below(80)))
    }
    case 7:
      return Buffer.concat([bytes.subarray(0, at)])
    case 8: {
      const part = bytes.subarray(at, end)
      return put(Buffer.concat(Array.from({ length: 1 + random.below(8) }, () => part)))
    }
    case 9:
      return put(Buffer.of(random.below(256)), Math.min(bytes.length, at + 1))
    default:
      return put(random.pick(tricky), random.below(2) ? at : end)
  }
}

const leaves: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, "", "x", "\u001b[2J\u202e", "0", "[object Object]"],
  ...[[], {}, [[]], [null], { toString: null }, { toString: 1, valueOf: 1 }, { length: 5 }],
  ...["__proto__", "constructor", "a".repeat(300), "2026-11-24T15:03:00.000Z", "9".repeat(30)],
]

/** Changes a JSON document at some places; it stays one. */
export function mutateJson(text: string, random: Random): string {
  let value: unknown = JSON.parse(text)
  for (let times = 1 + random.below(3); times > 0; times--) value = changeNode(value, random)
  return JSON.stringify(value) ?? "null"
}

/** Goes down to a random node, and changes it. */
function changeNode(value: unknown, random: Random): unknown {
  const isTree = typeof value === "object" && value !== null
  const entries = isTree ? Object.entries(value) : []
  if (entries.length === 0 || random.below(6) === 0) return random.pick(leaves)
  const [key, held] = random.pick(entries)
  const others = entries.filter(([name]) => name !== key)
  const name = random.below(8) === 0 ? random.pick(["__proto__", "constructor", "toString", `${key}x`]) : key
  const choice = random.below(10)
  const changed: [string, unknown][] =
    choice === 0
      ? others
      : choice === 1
        ? [...entries, [`${key}2`, held]]
        : [...others, [name, changeNode(held, random)]]
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed)
}
