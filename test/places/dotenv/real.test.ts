import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { dotenv } from "../../../places/dotenv/dotenv.ts"
import { dotenvLines } from "../../../places/dotenv/lines.ts"
import { noProduct } from "../../support/products/gateway.ts"
import { realDotenv } from "../../support/products/real-dotenv.ts"
import { seed } from "../../support/seed.ts"

const real = realDotenv()
const parse = (file: Uint8Array) => ({ ...real?.parse(file) })

const pieces = [
  ...["KEY", "KEY", "KEY", "export", "export ", "Word", "A.b-c", "=", "=", "=", ":", ": ", "Word:\n", "Word: "],
  ...[
    " ",
    "\t",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\u00a0",
    "\v",
    "\f",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\u0085",
    "\u3000",
  ],
  ...["'", "'", '"', '"', "`", "\\", "\\n", "\\r", "#", " #", "tok", "a", "$A", "$" + "{B}", "é", "\0", "\ud800"],
  ...["KEY=old\n", "KEY='a'", "KEY: b\n", "export KEY=c # d\n", "KEY=\n", "B=c\n", "B='c\n", "# d\n", "\n\n"],
]
const files = fc.array(fc.constantFrom(...pieces), { maxLength: 18 }).map((all) => Buffer.from(all.join("")))
/** A byte that is no UTF-8 somewhere in it. */
const foreign = fc.tuple(files, fc.nat(), fc.constantFrom(0xa0, 0x85, 0xe9, 0xff)).map(([file, at, byte]) => {
  const offset = at % (file.length + 1)
  return Buffer.concat([file.subarray(0, offset), Buffer.from([byte]), file.subarray(offset)])
})
const values = fc.constantFrom("v1", "a b#c", "it's", '"q', "#x", "$V", "=")

describe.skipIf(!real)(`against openclaw's own dotenv [${noProduct("openclaw") ?? "installed"}]`, () => {
  describe(`seed ${seed}`, () => {
    const numRuns = 12_000

    test("every key of a file is read as it reads it", () => {
      fc.assert(
        fc.property(fc.oneof({ weight: 9, arbitrary: files }, foreign), (file) => {
          const read = Object.fromEntries(dotenvLines(file.toString("utf8")).map(({ key, value }) => [key, value]))
          expect(read).toEqual(parse(file))
          const found = dotenv.find(file, "KEY")
          expect(found.kind === "value" ? found.value : "").toBe(parse(file).KEY ?? "")
        }),
        { numRuns },
      )
    })

    test("it reads what was put, or nothing after a drop, and all others as before; or the edit is refused", () => {
      let edits = 0
      let refusals = 0
      const others = (file: Uint8Array) =>
        Object.entries(parse(file)).filter(([key, value]) => key !== "KEY" && value !== "")
      const edited = (edit: () => Uint8Array): Uint8Array | undefined => {
        edits++
        try {
          return edit()
        } catch (error) {
          expect(error).toBeInstanceOf(PlaceError)
          refusals++
          return undefined
        }
      }
      fc.assert(
        fc.property(fc.oneof({ weight: 9, arbitrary: files }, foreign), values, (file, value) => {
          const put = edited(() => dotenv.put(file, "KEY", value))
          if (put) {
            expect(parse(put).KEY).toBe(value)
            expect(others(put)).toEqual(others(file))
            if (parse(file).KEY === undefined) expect(Buffer.from(put).subarray(0, file.length)).toEqual(file)
            expect(dotenv.put(put, "KEY", value)).toEqual(put)
          }
          const dropped = edited(() => dotenv.drop(file, "KEY"))
          if (dropped) {
            expect(parse(dropped)).not.toHaveProperty("KEY")
            expect(others(dropped)).toEqual(others(file))
          }
        }),
        { numRuns: numRuns / 2 },
      )
      expect(refusals / edits).toBeLessThan(0.05)
    })
  })

  test.each([
    ["Word:\nKEY=old\n", undefined, "Word:\nKEY=old\nKEY=v1\n"],
    ["Word:\n\nKEY=old\n", "old", "Word:\n\nKEY=v1\n"],
    ["Word:", undefined, "Word:\n\nKEY=v1\n"],
    ["Word:\n", undefined, "Word:\n\nKEY=v1\n"],
    ["Word:\r\n", undefined, "Word:\r\n\r\nKEY=v1\r\n"],
    ["\u00a0KEY\v=\u00a0old\f\n", "old", "\u00a0KEY\v=v1\n"],
    ['KEY=\n"old"\nB=c\n', "old", 'KEY="v1"\nB=c\n'],
    ["KEY\n=\nB=c\n", "", "KEY\n=v1\nB=c\n"],
    ["export\nKEY=old\n", "old", "export\nKEY=v1\n"],
    ["# c\u2028KEY=old\n", "old", "# c\u2028KEY=v1\n"],
    ["KEY='old'\u00a0# c\n", "old", "KEY='v1'# c\n"],
    ["KEY=$ABCDEF\n", "$ABCDEF", "KEY=v1\n"],
  ])("%j", (file, held, put) => {
    expect(parse(Buffer.from(file)).KEY).toBe(held)
    const written = Buffer.from(dotenv.put(Buffer.from(file), "KEY", "v1"))
    expect([written.toString(), parse(written).KEY]).toEqual([put, "v1"])
  })
})

test.each(["put", "drop"] as const)("%s refuses a file that is not UTF-8 where a byte passes for a blank", (edit) => {
  const file = Buffer.concat([Buffer.from("A=b\nKEY:"), Buffer.from([0xa0]), Buffer.from("tok\n")])
  expect(parse(file)).toEqual(real ? { A: "b" } : {})
  expect(() => dotenv[edit](file, "KEY", "v1")).toThrow(/^the file is not UTF-8 text/)
})

test.each(["put", "drop"] as const)("%s refuses a key with a colon whose value is the next line", (edit) => {
  const file = Buffer.from("KEY:\nOTHER=x\n")
  expect(() => dotenv[edit](file, "KEY", "v1")).toThrow(/^line 1, column 1: "KEY:" takes the whole next line/)
})
