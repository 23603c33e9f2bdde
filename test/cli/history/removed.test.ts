import { expect, test } from "vitest"
import { removedValuesIn, removedLines as styledLines } from "../../../cli/history/removed.ts"
import { plainText } from "../../../cli/text.ts"
import { leaksIn } from "../../support/canary/leaks.ts"
import { strong } from "../../support/tokens.ts"

const removedLines = (removed: Parameters<typeof styledLines>[0]) => plainText(styledLines(removed))

const urn = (name: string) => `urn:pulumi:dev::gatekey::gatekey:index:Placement::${name}`
const at = (day: number) => `2026-11-${day}T15:03:07.123Z`
const value = { at: at(24), what: "another token (fp:77ab01d2)", fingerprint: "fp:77ab01d2" }
const place = (name: string, removed: unknown, type = "Placement") => ({
  type: `gatekey:index:${type}`,
  urn: urn(name),
  outputs: { host: "local", path: `~/${name}`, locator: "TOKEN", removed },
})

test("each removed value, with its place, the latest first", () => {
  const later = { ...value, at: at(25), what: "a reference" }
  const removed = removedValuesIn([place("one", [value]), place("two", [{ ...value, at: at(23) }, later], "Flip")])
  expect(removed.map(({ name, at }) => [name, at.slice(8, 10)])).toEqual([
    ["two", "25"],
    ["one", "24"],
    ["two", "23"],
  ])
  expect(removed[1]).toEqual({ ...value, name: "one", place: "local|~/one|TOKEN" })
  expect(removedLines(removed)).toBe(`
removed (UTC)        from               what was there
2026-11-25 15:03:07  local|~/two|TOKEN  a reference
2026-11-24 15:03:07  local|~/one|TOKEN  another token (fp:77ab01d2)
2026-11-23 15:03:07  local|~/two|TOKEN  another token (fp:77ab01d2)
`)
})

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["no list", "x"],
  ["no record", [7, null]],
  ["no time", [{ ...value, at: "soon" }]],
  ["no words", [{ ...value, what: 7 }]],
])("a place that remembers %s prints nothing", (_, removed) => {
  expect(removedLines(removedValuesIn([place("one", removed)]))).toBe("")
})

test("the oldest of many are left to --json", () => {
  const all = removedValuesIn([place("one", Array(15).fill(value)), place("two", Array(15).fill(value))])
  expect(all).toHaveLength(30)
  expect(removedLines(all)).toMatch(/\n10 more: --json\n$/)
})

test("neither a token nor a control character of the state is printed", () => {
  const token = strong()
  const lines = removedLines(removedValuesIn([place(`\u001b[2J${token}`, [{ ...value, what: `\u001b[2J${token}` }])]))
  expect(leaksIn(lines, [token])).toEqual([])
  expect(lines).not.toContain("\u001b")
})
