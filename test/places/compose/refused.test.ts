import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { compose } from "../../../places/compose/compose.ts"
import { bytes, text } from "../laws.ts"

const find = (file: string, locator = "gw.T") => compose.find(bytes(file), locator)
const put = (file: string, content: string, locator = "gw.T") => text(compose.put(bytes(file), locator, content))
const drop = (file: string, locator = "gw.T") => text(compose.drop(bytes(file), locator))
const service = (...lines: readonly string[]) =>
  ["services:", "  gw:", ...lines.map((line) => `    ${line}`), ""].join("\n")
const environment = (...lines: readonly string[]) => service("environment:", ...lines.map((line) => `  ${line}`))
const held = (value: string, ...others: readonly string[]) => ({ kind: "value", value, others })
describe("an entry that stands elsewhere", () => {
  const anchors = "x-s: &s\n  environment: &e\n    T: far\n    U: 1\n"
  test.each([
    ["merged into the environment", environment("<<: *e"), true],
    ["merged into the environment among others", environment("<<: [{V: 1}, *e]"), true],
    ["behind an alias", service("environment: *e"), false],
    ["merged into the service", service("<<: *s"), false],
    ["behind an alias for the service", "services:\n  gw: *s\n", false],
  ])("%s is seen", (_what, rest, writable) => {
    const file = anchors + rest
    expect(find(file)).toEqual(held("far"))
    expect(put(file, "far")).toBe(file)
    const message = "gw.T comes from an anchor or merge key and must be changed there (line 3, column 8)"
    const refusal = new PlaceError("wrong-shape", message)
    expect(() => drop(file)).toThrow(refusal)
    if (writable) expect(find(put(file, "near"))).toEqual(held("near"))
    else expect(() => put(file, "near")).toThrow(refusal)
    expect(drop(file.replaceAll("T:", "V2:"))).toBe(file.replaceAll("T:", "V2:"))
  })

  test("is not laid bare by dropping what hides it", () => {
    expect(() => drop(anchors + environment("<<: *e", "T: near"))).toThrow(/must be changed there/)
  })

  test("cannot lose the anchor that it needs", () => {
    const file = environment("T: &t x", "U: *t")
    expect(() => drop(file)).toThrow("gw.T has an anchor or a tag and must be changed by hand")
  })

  test("does not go round for ever", () => {
    expect(find("services:\n  gw: &g\n    <<: *g\n")).toEqual({ kind: "missing" })
  })
})

describe("refuses", () => {
  const bomb = Array.from({ length: 9 }, (_, i) => `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`).join("\n")
  test.each([
    ["a: [hunter\n", "is not one YAML document: bad indent at line 2, column 1"],
    ["services:\n\tgw: hunter", "is not one YAML document: tab as indent at line 2, column 1"],
    ["a: 1\n---\nb: 1\n", "is not one YAML document: multiple docs at line 2, column 1"],
    ["a: *hunter", "is not usable YAML: an alias has no anchor"],
    [bomb.replaceAll("*a-1", "x"), "is not usable YAML: its aliases expand too much"],
  ])("to parse what is wrong: %#", (file, message) => {
    for (const use of [() => find(file), () => put(file, "x"), () => drop(file)])
      expect(use).toThrow(expect.objectContaining({ name: "PlaceError", message }))
  })

  test.each(["[", "{a: ", "- ", "? ", "&a "])("to go deeper than it can: %j", (step) => {
    expect(() => find(step.repeat(100_000))).toThrow(/^is n/)
  })

  test.each([
    ["- x", "the file is not a map (line 1, column 1)"],
    ["services: 3", "services is not a map (line 1, column 11)"],
    ["services:\n  gw: []", "services.gw is not a map (line 2, column 7)"],
    [service("environment: hunter"), "environment of gw is not a map or a list (line 3, column 18)"],
    [environment("T: [hunter]"), "an environment entry is not a string (line 4, column 10)"],
    [environment("- T: hunter"), "an environment entry is not a string (line 4, column 9)"],
  ])("the shape of %j", (file, message) => {
    for (const use of [() => find(file), () => put(file, "x"), () => drop(file)])
      expect(use).toThrow(new PlaceError("wrong-shape", message))
  })
})

describe("a large file", () => {
  const start = "x: &x 1\nservices:\n  gw:\n    environment:\n"
  const lines = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => `      ${line(at)}\n`)
  test.each([
    ["of many variables", lines(20_000, (at) => `K${at}: "${"v".repeat(30)}"`).join("")],
    ["of aliases", lines(9_000, (at) => `K${at}: *x`).join("")],
    ["of duplicates", lines(50_000, () => "T: old").join("")],
    ["of one value", `      T: '${"old ".repeat(250_000)}'\n`],
  ])("%s is edited", (_what, entries) => {
    const edited = put(start + entries, "x")
    expect(find(edited)).toMatchObject({ kind: "value", value: "x" })
    expect(find(drop(edited))).toEqual({ kind: "missing" })
  })
})
