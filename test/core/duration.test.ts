import fc from "fast-check"
import { expect, test } from "vitest"
import { parseDuration } from "../../core/duration.ts"

test.each([
  ["45s", 45_000],
  ["90m", 5_400_000],
  ["12h", 43_200_000],
  ["30d", 2_592_000_000],
  ["2w", 1_209_600_000],
])("%s is %i milliseconds", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each(["", "30", "d", "0d", "-1d", "1.5d", "030d", " 30d", "30d ", "30 d", "30D", "1y", "1d12h", "1e3s", "٣d"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test("refuses a duration that overflows a date", () => {
  expect(parseDuration(`${"9".repeat(20)}w`)).toBeUndefined()
  expect(parseDuration(`${"9".repeat(400)}s`)).toBeUndefined()
})

test("the units are multiples of each other, and any other string is refused", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (count) => {
      expect(parseDuration(`${count}w`)).toBe(parseDuration(`${count * 7}d`))
      expect(parseDuration(`${count}d`)).toBe(parseDuration(`${count * 24}h`))
      expect(parseDuration(`${count}h`)).toBe(parseDuration(`${count * 60}m`))
      expect(parseDuration(`${count}m`)).toBe(parseDuration(`${count * 60}s`))
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (!/^[1-9][0-9]*[smhdw]$/.test(text)) expect(parseDuration(text)).toBeUndefined()
    }),
    { numRuns: 1000 },
  )
})
