import fc from "fast-check"
import { expect, test } from "vitest"
import { formatMinute } from "../../core/time.ts"

test("a time is told to the minute, and what is none as such", () => {
  expect(formatMinute(Date.UTC(2026, 10, 25, 12, 1))).toBe("2026-11-25 12:01 UTC")
  fc.assert(
    fc.property(fc.double(), (time) => {
      expect(formatMinute(time)).toMatch(/ UTC$|^an unknown time$/)
    }),
  )
})
