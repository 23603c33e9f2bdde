import { expect, test } from "vitest"
import { atLeast, exactly, like, missedIn, within } from "../../bench/guard/expected.ts"
import { figures } from "../../bench/guard/figures.ts"
import { guardOptions } from "../../bench/guard/options.ts"

const expected = { "bad.tried": atLeast(95), "bad.refused": like("bad.tried"), "cost.ms": within(1), left: exactly(0) }
const good = { bad: { tried: 95, refused: 95 }, cost: { ms: 0.5 }, left: 0 }

test.each<[string, object, boolean, string[]]>([
  ["all is met", good, false, []],
  ["too few", { ...good, bad: { tried: 9, refused: 9 } }, false, ["bad.tried is 9, expected >= 95"]],
  [
    "not all",
    { ...good, bad: { tried: 96, refused: 95 } },
    false,
    ["bad.refused is 95, expected the same as bad.tried"],
  ],
  ["a key is missing", { ...good, left: undefined }, true, ["left is undefined, expected 0"]],
  ["an error in place of numbers", { ...good, cost: { error: "x" } }, true, ["cost.ms is undefined, expected <= 1"]],
  ["a time over its limit", { ...good, cost: { ms: 2 } }, false, ["cost.ms is 2, expected <= 1"]],
  ["a time over its limit in a quick run", { ...good, cost: { ms: 2 } }, true, []],
  ["a time that is none", { ...good, cost: { ms: null } }, true, ["cost.ms is null, expected <= 1"]],
])("expectations: %s", (_what, found, isQuick, missed) => {
  expect(missedIn(found as Record<string, unknown>, expected, isQuick)).toEqual(missed)
})

test("the options: all figures, one of them, those of a quick run; what cannot be read is refused", () => {
  expect(guardOptions([])).toEqual({ only: figures.map(({ name }) => name), quick: false })
  expect(guardOptions(["--quick"])).toEqual({ only: ["bad", "revoke", "cost"], quick: true })
  expect(guardOptions(["--only", "day,bad"])).toEqual({ only: ["day", "bad"], quick: false })
  expect(() => guardOptions(["--only", "nothing"])).toThrow(/--only takes bad, .*, not "nothing"/)
})
