import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { missing, value } from "../../../places/format.ts"
import { plist } from "../../../places/plist/plist.ts"
import { sampleCount } from "../../support/hostile/sample-count.ts"
import { model } from "./model.ts"
import { agent, type Encoding, hasPlistlib, name, readAll, writeAll } from "./plistlib.ts"

const content = fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom(..."abc123-<&>'\"$ é日😀\t") })
const locator = fc.oneof(name, fc.constantFrom("--token", "--port"))

/** Arbitrary lists as plistlib writes them: all at once, since a process of Python is slow to start. */
function written(encoding: Encoding) {
  const cases = fc.sample(fc.record({ list: agent(encoding), locator, content }), sampleCount(1500))
  const lists = cases.map(({ list }) => list)
  return writeAll(lists, encoding).map((file, at) => ({ ...(cases[at] as (typeof cases)[number]), file }))
}

describe.skipIf(!hasPlistlib)("read and written by plistlib (skipped without python3)", () => {
  describe.each<Encoding>(["xml", "binary"])("%s", (encoding) => {
    test("put sets what plistlib then reads, and nothing else", () => {
      const cases = written(encoding)
      const after = cases.map((one) => plist.put(one.file, one.locator, one.content))
      for (const [at, list] of readAll(after).entries()) {
        const one = cases[at] as (typeof cases)[number]
        expect(list, JSON.stringify(one)).toEqual(model(one.locator).put(one.list, one.content))
        expect(plist.put(after[at] as Uint8Array, one.locator, one.content)).toBe(after[at])
      }
    })

    test("drop takes out what plistlib then misses, and nothing else", () => {
      const cases = written(encoding)
      const after = cases.map((one) => plist.drop(one.file, one.locator))
      for (const [at, list] of readAll(after).entries()) {
        const one = cases[at] as (typeof cases)[number]
        expect(list, JSON.stringify(one)).toEqual(model(one.locator).drop(one.list))
        expect(plist.drop(after[at] as Uint8Array, one.locator)).toBe(after[at])
      }
    })

    test("find tells what plistlib wrote", () => {
      for (const one of written(encoding)) {
        const held = model(one.locator).find(one.list)
        const expected = held.every((each) => each === "") ? missing : value(held.at(-1) ?? "", held.slice(0, -1))
        expect(plist.find(one.file, one.locator), JSON.stringify(one)).toEqual(expected)
      }
    })
  })
})
