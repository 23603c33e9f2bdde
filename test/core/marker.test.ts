import fc from "fast-check"
import { expect, test } from "vitest"
import { formatMarker, isBelievable, parseMarker } from "../../core/marker.ts"

const bytes = (text: string) => Buffer.from(text)

test("parses the marker that was formatted", () => {
  const generation = fc.integer({ min: 1, max: 1000 })
  fc.assert(
    fc.property(generation, generation, fc.date({ noInvalidDate: true }), (one, other, date) => {
      const marker = { stack: "gatekey/home", generation: Math.min(one, other), highest: Math.max(one, other) }
      const written = { ...marker, when: date.toISOString().slice(0, 24) }
      expect(parseMarker(formatMarker(written))).toEqual(written)
    }),
  )
})

test("a marker is one line of JSON", () => {
  const when = "2026-11-24T15:03:00.000Z"
  expect(Buffer.from(formatMarker({ stack: "gatekey/home", generation: 1, highest: 2, when })).toString()).toBe(
    `{"stack":"gatekey/home","generation":1,"highest":2,"when":"${when}"}\n`,
  )
})

test.each([
  ["nothing", ""],
  ["no JSON", "{"],
  ["null", "null"],
  ["a text", '"generation 4"'],
  ["a list", "[4]"],
  ["no generation", '{"stack":"s","highest":4}'],
  ["no highest one", '{"stack":"s","generation":4}'],
  ["a number that is none", '{"stack":"s","generation":"4","highest":4}'],
  ["a negative number", '{"stack":"s","generation":1,"highest":-4}'],
  ["a broken number", '{"stack":"s","generation":1,"highest":4.5}'],
  ["no stack", '{"generation":4,"highest":4}'],
  ["half of one", '{"stack":"s","generation":4,"hi'],
])("refuses %s as a marker", (_, text) => {
  expect(parseMarker(bytes(text))).toBeUndefined()
})

test("believes only numbers that a fleet can reach, each with a successor", () => {
  for (const [highest, known] of [
    [1, 0],
    [20_261_129, 3],
    [202_611_290_700, 0],
    [1_764_000_000_000, 5],
  ] as const)
    expect(isBelievable(highest, known)).toBe(true)
  for (const highest of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 2 ** 53, 1e308])
    expect(isBelievable(highest, 5)).toBe(false)
  const any = fc.maxSafeNat()
  fc.assert(
    fc.property(any, any, (highest, known) => {
      if (isBelievable(highest, known)) expect(Number.isSafeInteger(highest + 1)).toBe(true)
    }),
  )
})

test("believes the marker after an accepted one, and the next", () => {
  expect(isBelievable(8e15, 3)).toBe(true)
  for (const known of [8e15, 8e15 + 1]) expect(isBelievable(8e15 + 1, known)).toBe(true)
})

test("the highest generation is at least the one in force", () => {
  expect(parseMarker(bytes('{"stack":"s","generation":4,"highest":2,"when":"x"}'))).toMatchObject({ highest: 4 })
})

test("escapes and truncates an invalid time", () => {
  const text = `{"stack":"s","generation":4,"highest":4,"when":"\\u001b[2J${"x".repeat(500)}"}`
  const { when = "" } = parseMarker(bytes(text)) ?? {}
  expect(when).toMatch(/^\\u\{1b\}/)
  expect(when.length).toBeLessThan(60)
})

test("a time without a text, as the owner of a home can write it, is no error", () => {
  const marker = { stack: "dev", generation: 1, highest: 1, when: { toString: 1 } }
  expect(parseMarker(Buffer.from(JSON.stringify(marker)))?.when).toBe("[object]")
})
