import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { missing, value } from "../../../places/format.ts"
import { plist } from "../../../places/plist/plist.ts"
import { array, ascii, build, dict, set } from "./bytes.ts"
import { hasPlistlib, type Plain, readAll, writeAll } from "./plistlib.ts"

const held = (file: Uint8Array, locator: string) => {
  const found = plist.find(file, locator)
  return found.kind === "value" ? [...found.others, found.value] : []
}

/** 0 top, 1 "EnvironmentVariables", 2 its dictionary, 3 "A", 4 "old", 5 "ProgramArguments", 6 its array, 7 "--token". */
const objects = [
  dict([1, 2], [5, 6]),
  ascii("EnvironmentVariables"),
  dict([3, 4]),
  ascii("A"),
  ascii("old"),
  ascii("ProgramArguments"),
  array(3, 7, 4),
  ascii("--token"),
]
const change = (at: number, object: readonly number[]) => objects.with(at, object)

describe("an object that is used elsewhere too keeps its content there", () => {
  test("a string", () => {
    const put = plist.put(build(objects), "A", "new")
    expect([held(put, "A"), held(put, "--token")]).toEqual([["new"], ["old"]])
    const other = plist.put(build(objects), "--token", "new")
    expect([held(other, "A"), held(other, "--token")]).toEqual([["old"], ["new"]])
  })

  test("a string that is also a key", () => {
    const file = build(change(2, dict([3, 3])))
    expect(held(plist.put(file, "A", "new"), "A")).toEqual(["new"])
    expect(plist.find(plist.drop(file, "A"), "A")).toEqual(missing)
  })

  test.skipIf(!hasPlistlib)("a dictionary and an array (skipped without python3)", () => {
    const file = build([...change(0, dict([1, 2], [5, 6], [3, 2], [7, 6])), ascii("z")])
    const files = [
      plist.put(file, "A", "new"),
      plist.drop(file, "A"),
      plist.put(file, "--token", "new"),
      plist.drop(file, "--token"),
    ]
    const [env, args] = [{ A: "old" }, ["A", "--token", "old"]]
    const rest = { A: env, "--token": args }
    expect(readAll(files)).toEqual([
      { EnvironmentVariables: { A: "new" }, ProgramArguments: args, ...rest },
      { EnvironmentVariables: {}, ProgramArguments: args, ...rest },
      { EnvironmentVariables: env, ProgramArguments: ["A", "--token", "new"], ...rest },
      { EnvironmentVariables: env, ProgramArguments: ["A"], ...rest },
    ])
  })

  test("a dictionary with a string of its own", () => {
    const file = build([...change(0, dict([1, 2], [7, 2])).with(6, array(3))])
    const put = plist.put(file, "A", "new")
    expect(held(put, "A")).toEqual(["new"])
    expect(Buffer.from(put).includes("old")).toBe(true)
  })

  test("equal keys: the last one counts, all are set, all are dropped", () => {
    const file = build(change(2, dict([3, 4], [3, 7])))
    expect(plist.find(file, "A")).toEqual(value("--token", ["old"]))
    expect(held(plist.put(file, "A", "new"), "A")).toEqual(["new", "new"])
    expect(held(plist.drop(file, "A"), "A")).toEqual([])
  })
})

describe("nothing of an old value stays in the file", () => {
  const only = change(6, array(3))
  const leftover = build([...only, ascii("old-leftover")])
  test.each([
    ["put", build(only), (file: Uint8Array) => plist.put(file, "A", "new")],
    ["drop", build(only), (file: Uint8Array) => plist.drop(file, "A")],
    ["an object that nothing refers to", leftover, (file: Uint8Array) => plist.put(file, "A", "new")],
  ])("%s", (_, file, edit) => {
    expect(file.includes("old")).toBe(true)
    expect(Buffer.from(edit(file)).includes("old")).toBe(false)
  })

  test("what is there already leaves the same bytes", () => {
    expect(plist.put(leftover, "A", "old")).toBe(leftover)
    expect(plist.drop(leftover, "B")).toBe(leftover)
  })
})

describe("values of any length, ASCII or not", () => {
  const values = [14, 15, 255, 256, 65_535, 65_536, 70_000].flatMap((length) =>
    ["a", "é", "😀"].map((one) => one.repeat(length)),
  )
  const files = values.map((text) => plist.put(build(objects), "A", text))

  test("are found again", () => {
    expect(files.map((file) => held(file, "A"))).toEqual(values.map((text) => [text]))
  })

  test.skipIf(!hasPlistlib)("are read by plistlib (skipped without python3)", () => {
    expect(readAll(files)).toMatchObject(values.map((text) => ({ EnvironmentVariables: { A: text } })))
  })
})

test.skipIf(!hasPlistlib)(
  "references grow with the number of objects (skipped without python3)",
  { timeout: 600_000 },
  () => {
    const lists = [249, 250, 251, 252, 253, 254, 255, 256, 65_533].map((count): { [key: string]: Plain } => ({
      Label: Array.from({ length: count }, (_, at) => at),
    }))
    const put = writeAll(lists, "binary").map((file) => plist.put(file, "A", "new"))
    expect(readAll(put)).toEqual(lists.map((list) => ({ ...list, EnvironmentVariables: { A: "new" } })))
    const dropped = put.map((file) => plist.drop(file, "A"))
    expect(readAll(dropped)).toEqual(lists.map((list) => ({ ...list, EnvironmentVariables: {} })))
  },
)

test("sets, which plists do not have but archives do, are kept", () => {
  const file = build([...change(0, dict([1, 2], [7, 8])), set(4, 3)])
  const put = plist.put(file, "A", "new")
  expect(Buffer.from(put).includes("old")).toBe(true)
  expect(held(put, "A")).toEqual(["new"])
  expect(plist.drop(put, "A").length).toBeLessThan(put.length)
})

describe("malformed files are refused, and named", () => {
  const huge = 2n ** 63n + 1n
  test.each([
    ["only the magic", Buffer.from("bplist00"), "it is cut short"],
    ["a future version", Buffer.from("bplist15abcdefgh"), "unknown version"],
    ["no objects", build(objects, { count: 0 }), "trailer"],
    ["more objects than bytes", build(objects, { count: huge }), "trailer"],
    ["a top that is not there", build(objects, { top: 8 }), "trailer"],
    ["a table outside of the file", build(objects, { table: huge }), "trailer"],
    ["offsets of no size", build(objects, { offsetSize: 0 }), "trailer"],
    ["references of nine bytes", build(objects, { refSize: 9 }), "trailer"],
    ["an offset outside of the file", build(objects, { offsetSize: 1, count: 4 }), "outside of the file"],
    ["a reference to nothing", build(change(2, dict([3, 8]))), "refers to one that is not there"],
    ["a dictionary that holds itself", build(change(2, dict([3, 2]))), "an object holds itself"],
    ["arrays that hold each other", build([...change(6, array(8)), array(6)]), "an object holds itself"],
    ["a key that is a dictionary", build(change(0, dict([2, 2]))), "a key is not a string"],
    ["an array longer than the file", build(change(6, [0xaf, 0x12, 0x7f, 0xff, 0xff, 0xff])), "cut short"],
    ["a dictionary of 2^63 entries", build(change(6, [0xdf, 0x13, 0xff, 0, 0, 0, 0, 0, 0, 0])), "cut short"],
    ["a length that is no number", build(change(6, [0xaf, 0x51, 0x61])), "a length is not a number"],
    ["an unknown type", build(change(4, [0x71, 0x61])), "unknown type"],
    ["ASCII that is not", build(change(4, [0x51, 0xe9])), "not valid text"],
    ["half a character", build(change(4, [0x61, 0xd8, 0x00])), "not valid text"],
  ])("%s", (_, file, message) => {
    const expected = expect.objectContaining({ problem: "unparsable", message: expect.stringContaining(message) })
    for (const use of uses) expect(() => use(file)).toThrow(expected)
  })

  test("cut short at any byte", () => {
    const file = build(objects)
    for (let length = 8; length < file.length; length++) {
      for (const use of uses) expect(() => use(file.subarray(0, length))).toThrow(PlaceError)
    }
  })

  test("objects that overlap, a small file with 500 million references", () => {
    const [many, long] = [8000, 60_000]
    const short = (number: number) => [number >> 8, number & 255]
    const arrayOf = (refs: readonly number[]) => [0xaf, 0x11, ...short(refs.length), ...refs.flatMap(short)]
    const top = arrayOf(Array.from({ length: many }, (_, at) => at + 1))
    const leaves = Array.from({ length: many }, () => [0x09])
    const file = build([top, ...leaves, [0x09], arrayOf(Array(long).fill(many + 1))], { refSize: 2 })
    // All but one leaf are the long array.
    const table = file.length - 32 - 4 * (many + 3)
    for (let at = 1; at <= many; at++) file.copy(file, table + 4 * at, file.length - 36, file.length - 32)
    expect(() => plist.find(file, "A")).toThrow("its objects overlap")
  })
})

test("sharing that would unfold to 2^200 values, and nesting beyond any stack", () => {
  const shared = Array.from({ length: 200 }, (_, at) => array(at + 4, at + 4))
  const file = build([dict([1, 2], [1, 3]), ascii("x"), ascii("y"), ...shared, ascii("z")])
  expect(held(plist.put(file, "A", "new"), "A")).toEqual(["new"])

  const deep = 100_000
  const wide = (ref: number) => [(ref >> 16) & 255, (ref >> 8) & 255, ref & 255]
  const nested = Array.from({ length: deep }, (_, at) => [0xa1, ...wide(at + 3)])
  const list = build([[0xd1, ...wide(1), ...wide(2)], ascii("x"), ...nested, [0x09]], { refSize: 3 })
  expect(held(plist.put(list, "A", "new"), "A")).toEqual(["new"])
})

describe("damaged files", () => {
  const sample = build([...change(0, dict([1, 2], [5, 6], [7, 8])), array(4, 3)])
  const damage = fc.record({
    at: fc.nat(sample.length - 1),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 8, 15, 255)),
  })
  const damaged = fc
    .record({ damages: fc.array(damage, { minLength: 1, maxLength: 4 }), cut: fc.nat(3), from: fc.nat(sample.length) })
    .map(({ damages, cut, from }) => {
      const file = Buffer.from(sample)
      for (const { at, byte } of damages) if (at > 7) file[at] = byte
      return Buffer.concat([
        file.subarray(0, Math.max(8, from)),
        file.subarray(Math.max(8, from + (cut === 3 ? 1 : 0))),
      ])
    })

  test("are refused, or keep every promise", { timeout: 600_000 }, () => {
    const locators = fc.constantFrom("A", "--token", "B")
    const check = (file: Uint8Array, locator: string) => {
      try {
        const put = plist.put(file, locator, "new")
        expect(new Set(held(put, locator))).toEqual(new Set(["new"]))
        expect(plist.put(put, locator, "new")).toBe(put)
        expect(plist.find(plist.drop(file, locator), locator)).toEqual(missing)
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error
      }
    }
    fc.assert(fc.property(damaged, locators, check), { numRuns: 20_000 })
  })

  test.skipIf(!hasPlistlib)("say what plistlib says (skipped without python3)", { timeout: 600_000 }, () => {
    const files = fc.sample(damaged, 3000)
    const read = readAll(files) as { EnvironmentVariables?: { A?: Plain } }[]
    let both = 0
    for (const [at, file] of files.entries()) {
      const environment = read[at]?.EnvironmentVariables
      if (typeof environment?.A !== "string" || environment.A === "") continue
      try {
        const found = plist.find(file, "A")
        expect(found).toMatchObject({ kind: "value", value: environment.A })
        both++
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error
      }
    }
    expect(both).toBeGreaterThan(100)
  })
})

const uses = [
  (file: Uint8Array) => plist.find(file, "A"),
  (file: Uint8Array) => plist.put(file, "A", "new"),
  (file: Uint8Array) => plist.drop(file, "A"),
]
