import { expect, test } from "vitest"
import { formatScalar } from "../../core/scalar.ts"

test.each([
  ["x", "x"],
  [5, "5"],
  [null, "null"],
  [undefined, "undefined"],
  [[1], "[object]"],
  [{ toString: 1, valueOf: 1 }, "[object]"],
  [[{ toString: null }], "[object]"],
])("formats %j", (value, text) => {
  expect(formatScalar(value)).toBe(text)
})
