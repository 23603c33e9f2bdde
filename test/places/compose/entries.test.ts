// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions are those of Compose
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
const reference = (content: string, fallback?: string) => ({
  kind: "reference",
  content,
  ...(fallback === undefined ? {} : { fallback }),
})

describe("find", () => {
  test.each([
    ["T: plain # c", held("plain")],
    ["T: 'it''s'", held("it's")],
    ['T: "a\\x41"', held("aA")],
    ["T: 0123", held("0123")],
    ["T: true", held("true")],
    ["T: !!str 1", held("1")],
    ["T: |\n        two\n        lines", held("two\nlines\n")],
    ["T: a$$b", held("a$b")],
    ["T: a$", held("a$")],
    ["T: ${N}", reference("${N}")],
    ["T: $N", reference("$N")],
    ["T: ${N:-public-default}", reference("${N:-public-default}", "public-default")],
    ["T: ${N-d$$}", reference("${N-d$$}", "d$")],
    ["T: ${N:-${M:-d}}", reference("${N:-${M:-d}}", "${M:-d}")],
    ["T: ${N:-}", reference("${N:-}")],
    ["T: ${N:?must be set}", reference("${N:?must be set}")],
    ["T: a-${N}", reference("a-${N}")],
    ["T: ${N:-a}${M}", reference("${N:-a}${M}")],
    ["T:", reference("${T}")],
    ["T: ~", reference("${T}")],
    ["T: null # c", reference("${T}")],
    ['T: ""', { kind: "missing" }],
    ["U: 1", { kind: "missing" }],
    ["T: 1\n      T: 2", held("2", "1")],
    ["- T=a=b", held("a=b")],
    ['- "T=a b"', held("a b")],
    ["- T", reference("${T}")],
    ["- T=", { kind: "missing" }],
    ["- T=1\n      - U=0\n      - T=2", held("2", "1")],
    ["- T=${N:-d}", reference("${N:-d}", "d")],
    ["- T=1\n      - T=${N}", { ...reference("${N}"), others: ["1"] }],
  ])("%j", (entry, found) => {
    expect(find(environment(entry))).toEqual(found)
  })

  test.each([
    ["{T: x}", held("x")],
    ["{U: 1, T: 'x'}", held("x")],
    ["{T}", reference("${T}")],
    ['["T=x", U]', held("x")],
    ["[U, T]", reference("${T}")],
    ["{}", { kind: "missing" }],
    ["~", { kind: "missing" }],
  ])("in %j", (written, found) => {
    expect(find(service(`environment: ${written}`))).toEqual(found)
  })

  test("takes dots and dashes in a service's name", () => {
    expect(find("services:\n  a.b-c:\n    environment: {T: x}", "a.b-c.T")).toEqual(held("x"))
  })

  test.each([
    "",
    "services:\n",
    "services:\n  other: {}\n",
    "services:\n  gw:\n",
    "# c\n",
    "services: {gw: {image: x}}",
  ])("sees nothing in %j", (file) => {
    expect(find(file)).toEqual({ kind: "missing" })
    expect(drop(file)).toBe(file)
  })

  test.each(["", "gw", "gw.", ".T", "gw.A B", "gw.A=B"])("refuses the locator %j", (locator) => {
    expect(() => find(service("image: x"), locator)).toThrow(/, not a service and a variable/)
  })
})

describe("put", () => {
  test.each([
    ["keeps the style", environment("T: 'o' # c", "U: 1"), environment("T: 'it''s $$1' # c", "U: 1")],
    ["quotes what is not plain", environment("T: o"), environment(`T: "it's $$1"`)],
    ["writes a value where there was none", environment("T: # c", "U: 1"), environment(`T: "it's $$1" # c`, "U: 1")],
    ["writes over null", environment("T: ~"), environment(`T: "it's $$1"`)],
    ["writes over an expression", environment("T: ${T:-d}"), environment(`T: "it's $$1"`)],
    ["keeps an anchor", environment("T: &t 'o'", "U: *t"), environment("T: &t 'it''s $$1'", "U: *t")],
    ["writes over an alias", environment("U: &u 'o'", "T: *u"), environment("U: &u 'o'", "T: 'it''s $$1'")],
    ["leaves one of a list", environment("- 'T=1'", "- T"), environment(`- "T=it's $$1"`)],
    [
      "follows the last",
      `${environment("U: 'a' # c", "# d")}    image: x\n`,
      `${environment("U: 'a' # c", "T: 'it''s $$1'", "# d")}    image: x\n`,
    ],
    ["follows the last of a list", environment("-   'U=a'"), environment("-   'U=a'", "-   'T=it''s $$1'")],
    [
      "follows a block of text",
      environment("U: |", "  a", "", "#"),
      environment("U: |", "  a", `T: "it's $$1"`, "", "#"),
    ],
    ["stays in a flow", service("environment: { U: 1 }"), service(`environment: { U: 1, T: "it's $$1" }`)],
    ["stays in a flow with a comma", service("environment: [U=1,]"), service(`environment: [U=1, "T=it's $$1",]`)],
    ["completes a bare flow key", service("environment: {T, U}"), service(`environment: {T: "it's $$1", U}`)],
    [
      "stays in a flow of lines",
      service("environment: {", "  U: 1 # c", "}"),
      service("environment: {", "  U: 1, # c", `  T: "it's $$1"`, "}"),
    ],
    ["fills an empty map", service("environment: {} # c"), service(`environment: {T: "it's $$1"} # c`)],
    ["fills an empty list", service("environment: []"), service(`environment: ["T=it's $$1"]`)],
    [
      "fills a bare key",
      service("environment: # c", "image: x"),
      service("environment: # c", `  T: "it's $$1"`, "image: x"),
    ],
    ["fills a written null", service("environment: null # c"), service(`environment: {T: "it's $$1"} # c`)],
    [
      "makes the environment",
      service("ports:", "- 1:1 # c"),
      service("ports:", "- 1:1 # c", "environment:", `  T: "it's $$1"`),
    ],
    [
      "makes the environment of a bare service",
      "services:\n  gw: # c\n",
      `services:\n  gw: # c\n    environment:\n      T: "it's $$1"\n`,
    ],
    [
      "makes the environment in a flow",
      "services: {gw: {image: x}}",
      `services: {gw: {image: x, environment: {T: "it's $$1"}}}`,
    ],
    [
      "keeps a missing last line ending",
      "services:\n  gw:\n    environment:\n      - U=1",
      `services:\n  gw:\n    environment:\n      - U=1\n      - "T=it's $$1"`,
    ],
    [
      "overrides what was merged",
      `x: &x {T: o}\n${environment("<<: *x")}`,
      `x: &x {T: o}\n${environment("<<: *x", `T: "it's $$1"`)}`,
    ],
  ])("%s", (_what, before, after) => {
    expect(put(before, "it's $1")).toBe(after)
    expect(put(after, "it's $1")).toBe(after)
    expect(find(after)).toMatchObject({ kind: "value", value: "it's $1" })
  })

  test.each([
    ["T: a$$b", "a$b"],
    ['T: "\\x41"', "A"],
    ["T: 5", "5"],
    ["T: ${N:-d}", "${N:-d}"],
    ["T: $N", "${N}"],
    ["T: a-${N}", "a-${N}"],
    ["T:", "${T}"],
    ["- T", "${T}"],
    ['T: ""', ""],
  ])("leaves %j where it says %j", (entry, content) => {
    expect(put(environment(entry), content)).toBe(environment(entry))
  })

  test("writes an expression as one", () => {
    expect(put(environment("T: old"), "${N:-d}")).toBe(environment("T: ${N:-d}"))
    expect(put(environment("T: old"), "a${N}")).toBe(environment("T: a$${N}"))
  })

  test.each(["a\0", "\ud800"])("refuses %j", (content) => {
    expect(() => put(environment("T: x"), content)).toThrow(PlaceError)
  })

  test("refuses an object", () => {
    const act = () => compose.put(bytes(environment("T: x")), "gw.T", { source: "file" })
    expect(act).toThrow("a Compose environment entry holds text, not an object")
  })

  test.each([
    ["", "has no services"],
    ["services:\n", "has no services"],
    ["services: {a: {}, b.c: {}}", 'has no service "gw", only a, b.c'],
  ])("refuses %j", (file, message) => {
    expect(() => put(file, "x")).toThrow(new PlaceError("wrong-shape", message))
  })
})

test.each([
  ["services", "{gw: {environment: {T: x}}}", "*a9000"],
  ["an environment", "{T: x}", "{gw: {environment: *a9000}}"],
])("%s of thousands of maps that are merged one into the other", (_what, first, services) => {
  const chain = Array.from({ length: 9000 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: *a${at}}\n`)
  expect(find(`a0: &a0 ${first}\n${chain.join("")}services: ${services}\n`)).toEqual(held("x"))
})

describe("drop", () => {
  test.each([
    ["takes the line", environment("U: 1 # c", "T: x", "# d", "V: 2"), environment("U: 1 # c", "# d", "V: 2")],
    ["leaves the comment", environment("T: x # the token", "V: 2"), environment("# the token", "V: 2")],
    ["takes all lines of a text", environment("T: |", "  x", "  y", "V: 2"), environment("V: 2")],
    ["takes all of a name", environment("- T=1", "- U=1", "- T"), environment("- U=1")],
    ["leaves an empty map", environment("T: x"), service("environment: {}")],
    ["leaves an empty list", environment("- T=x # c"), service("environment: []", "  # c")],
    [
      "leaves merged entries",
      `x: &x {U: o}\n${environment("<<: *x", "T: x")}`,
      `x: &x {U: o}\n${environment("<<: *x")}`,
    ],
    ["from a flow: first", service("environment: { T: x, U: 1 }"), service("environment: { U: 1 }")],
    ["from a flow: last", service("environment: { U: 1, T: x }"), service("environment: { U: 1 }")],
    ["from a flow: only", service('environment: ["T=x"]'), service("environment: []")],
    ["from a flow: all", service("environment: [T=1, U=1, T=2]"), service("environment: [U=1]")],
    [
      "from a flow of lines",
      service("environment: {", "  U: 1,", "  T: 2", "}"),
      service("environment: {", "  U: 1", "}"),
    ],
  ])("%s", (_what, before, after) => {
    expect(drop(before)).toBe(after)
    expect(drop(after)).toBe(after)
    expect(find(after)).toEqual({ kind: "missing" })
  })
})
