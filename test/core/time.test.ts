import fc from "fast-check"
import { expect, test } from "vitest"
import { formatMinute } from "../../core/time.ts"

test("formats a time to the minute, and an invalid one as unknown", () => {
  expect(formatMinute(Date.UTC(2026, 10, 25, 12, 1))).toBe("2026-11-25 12:01 UTC")
  fc.assert(
    fc.property(fc.double(), (time) => {
      expect(formatMinute(time)).toMatch(/ UTC$|^an unknown time$/)
    }),
  )
})
