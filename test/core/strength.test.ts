import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { describeUnusable, describeWeakness, isPublicDefault } from "../../core/strength.ts"
import { publicDefaults, strong, strongTokens, weak } from "../support/tokens.ts"

const runs = { numRuns: 2000 }
const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

describe("a weak token", () => {
  test.each([...publicDefaults, "ClawdBot-Local-Dev", "TOKEN"])("%s is a public default", (value) => {
    expect(isPublicDefault(value)).toBe(true)
    expect(describeWeakness(value)).toBe("is a public default")
  })

  test.each([
    ["nothing", "", "has 0 bytes when decoded (at least 24 are needed)"],
    ["a short one", weak.short, "when decoded (at least 24 are needed)"],
    ["46 hex digits", weak.halfHex(), "has 23 bytes when decoded (at least 24 are needed)"],
    ["23 bytes of base64", Buffer.alloc(23, "k3Y-9").toString("base64"), "has 23 bytes when decoded"],
    ["two characters", weak.plain, "has fewer than 8 different characters"],
    ["the same again and again", weak.repeated(), "repeats itself"],
    ["the alphabet", alphabet, "is a run of successive characters"],
    ["the alphabet backwards", [...alphabet].reverse().join(""), "is a run of successive characters"],
    ["a default again and again", `${"changeme-".repeat(4)}changeme`, "repeats itself"],
  ])("%s is refused", (_, value, reason) => {
    expect(describeWeakness(value)).toContain(reason)
  })

  test("is never quoted in the reason", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 30 }), (value) => {
        const reason = describeWeakness(value)
        if (reason && !publicDefaults.some((known) => known.includes(value))) {
          expect(words.some((word) => word === value) || !reason.includes(value)).toBe(true)
        }
      }),
      runs,
    )
  })

  test("is any that repeats a shorter string, complete or truncated", () => {
    fc.assert(
      fc.property(
        fc.base64String({ minLength: 1, maxLength: 12 }),
        fc.integer({ min: 48, max: 80 }),
        (part, length) => {
          expect(describeWeakness(part.repeat(80).slice(0, length))).toBeDefined()
        },
      ),
      runs,
    )
  })

  test("is any that runs through successive characters", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 33, max: 60 }),
        fc.integer({ min: 34, max: 60 }),
        fc.boolean(),
        (start, length, back) => {
          const codes = Array.from({ length }, (_, at) => start + at)
          expect(describeWeakness(String.fromCharCode(...(back ? codes.reverse() : codes)))).toBeDefined()
        },
      ),
      runs,
    )
  })
})

const words = ["has", "bytes", "when", "decoded", "least", "are", "needed", "fewer", "than", "different", "characters"]

describe("a strong token", () => {
  test("of 32 random bytes is never weak, and always usable, in hex and in base64", () => {
    fc.assert(
      fc.property(strongTokens, (value) => {
        expect(describeWeakness(value)).toBeUndefined()
        expect(describeUnusable(value)).toBeUndefined()
        expect(isPublicDefault(value)).toBe(false)
      }),
      runs,
    )
  })

  test.each([
    ["24 bytes of hex", strong().slice(0, 48)],
    ["a sentence of more than 24 bytes", "Wren.Quartz!Fjord,Vex;Gym"],
  ])("%s is enough", (_, value) => {
    expect(describeWeakness(value)).toBeUndefined()
  })
})

test.each([
  ["a line break", "\n", "contains a line break"],
  ["a carriage return", "\r", "contains a line break"],
  ["a space", " ", "contains a space, a control or a non-ASCII character"],
  ["a control character", "\u001b", "contains a space, a control or a non-ASCII character"],
  ["a non-ASCII character", "é", "contains a space, a control or a non-ASCII character"],
  ["an emoji", "🙂", "contains a space, a control or a non-ASCII character"],
  ["4,097 characters", "x".repeat(4033), "is longer than 4096 characters"],
])("refuses a token with %s", (_, extra, reason) => {
  expect(describeUnusable(strong() + extra)).toBe(reason)
})

test.each(["'", '"', "$", "`", "\\", "%", "#", "!"])("a token with %s can be quoted", (char) => {
  expect(describeUnusable(strong() + char)).toBeUndefined()
})
