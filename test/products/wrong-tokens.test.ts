import { expect, test } from "vitest"
import { maxWrongTokens, type RateLimit } from "../../products/wrong-tokens.ts"

const strict = (maxAttempts?: number): RateLimit => ({ maxAttempts, exemptLoopback: false })

test.each([
  ["the loopback, which is exempt", true, undefined, [3, 4, 2]],
  ["the loopback with a low limit, exempt all the same", true, { maxAttempts: 1 }, [3, 4, 2]],
  ["the loopback, not exempt, by the default limit", true, strict(), [1, 4, 2]],
  ["the loopback, not exempt, by a limit of five", true, strict(5), [1, 2, 2]],
  ["of three", true, strict(3), [1, 1, 1]],
  ["of two: a second run would reach it", true, strict(2), [0, 0, 0]],
  ["of one", true, strict(1), [0, 0, 0]],
  ["another address", false, undefined, [1, 4, 2]],
  ["another address, by a limit of two", false, { maxAttempts: 2 }, [0, 0, 0]],
] as const)("two runs stay below the limit for failed attempts: %s", (_, isLoopback, limit, most) => {
  expect((["scan", "firstUp", "flip"] as const).map((each) => maxWrongTokens(each, { isLoopback, limit }))).toEqual(
    most,
  )
})
