import fc from "fast-check"
import JSON5 from "json5"
import { describe, expect, test, vi } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { json5 } from "../../../places/json5/json5.ts"
import { bytes, formatLaws, text } from "../laws.ts"
import { configurations, contents, secrets } from "./documents.ts"

const token = "gateway.auth.token"
const find = (file: string, locator = token) => json5.find(bytes(file), locator)
const put = (file: string, content: Parameters<typeof json5.put>[2], locator = token) =>
  text(json5.put(bytes(file), locator, content))
const drop = (file: string, locator = token) => text(json5.drop(bytes(file), locator))

describe("find", () => {
  test.each([
    ["a string", "{gateway: {auth: {token: 'x'}}}", { kind: "value", value: "x", others: [] }],
    [
      "escapes",
      String.raw`{gateway:{auth:{"token":'\x41\u0042\'\
C'}}}`,
      { kind: "value", value: "AB'C", others: [] },
    ],
    ["the last of duplicates", "{gateway:{auth:{token:'a',token:'b'}}}", { kind: "value", value: "b", others: ["a"] }],
    [
      "the last of duplicate parents",
      "{gateway:{auth:{token:'a'}},gateway:{auth:{token:'b'}}}",
      { kind: "value", value: "b", others: ["a"] },
    ],
    [
      "a token that a later parent hides",
      "{gateway:{auth:{token:'a'}},gateway:{}}",
      { kind: "value", value: "", others: ["a"] },
    ],
    [
      "one that a later null hides",
      "{gateway:{auth:{token:'a',token:null}}}",
      { kind: "value", value: "", others: ["a"] },
    ],
    [
      "one that a later empty text hides",
      "{gateway:{auth:{token:'a',token:''}}}",
      { kind: "value", value: "", others: ["a"] },
    ],
    ["empty texts", "{gateway:{auth:{token:'',token:''}}}", { kind: "missing" }],
    [
      "one that a later reference hides",
      "{gateway:{auth:{token:'a',token:{source:'env',id:'X'}}}}",
      { kind: "reference", content: { source: "env", id: "X" }, others: ["a"] },
    ],
    [
      "one that a later variable hides",
      "{gateway:{auth:{token:'a'}},gateway:{auth:{token:'$X_TOKEN'}}}",
      { kind: "reference", content: "$X_TOKEN", others: ["a"] },
    ],
    [
      "a shadowed parent of another shape",
      "{gateway:1,gateway:{auth:{token:'b'}}}",
      { kind: "value", value: "b", others: [] },
    ],
    ["an object", "{gateway:{auth:{token:{source:'file'}}}}", { kind: "reference", content: { source: "file" } }],
    ["a variable", `{gateway:{auth:{token:"\${NAME}"}}}`, { kind: "reference", content: `\${NAME}` }],
    ["null", "{gateway:{auth:{token:null}}}", { kind: "missing" }],
    ["an empty string", "{gateway:{auth:{token:''}}}", { kind: "missing" }],
    ["no parent", "{other: 1}", { kind: "missing" }],
    ["an empty file", "", { kind: "missing" }],
    ["only a comment", "// nothing\n", { kind: "missing" }],
    ["a byte order mark", `\uFEFF{"gateway":{"auth":{"token":"x"}}}`, { kind: "value", value: "x", others: [] }],
  ])("%s", (_what, file, found) => {
    expect(find(file)).toEqual(found)
  })

  test("takes quoted keys in a locator", () => {
    expect(find(`{a: {"b.c": "x"}}`, 'a."b.c"')).toMatchObject({ value: "x" })
  })

  test.each(["", "a.", ".a", "a..b", 'a."b', "a b", 'a."\\q"'])("refuses the locator %j", (locator) => {
    expect(() => find("{}", locator)).toThrow(/, no dotted path/)
  })

  test.each(["__proto__", "constructor", "constructor.name", "__proto__.polluted", "toString"])(
    "takes %s for a key like any other",
    (locator) => {
      expect(find("{}", locator)).toEqual({ kind: "missing" })
      const file = put("{}", "x", locator)
      expect(find(file, locator)).toMatchObject({ value: "x" })
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    },
  )
})

describe("refuses", () => {
  test.each([
    ["{gateway: 'x'}", "gateway is a string, not an object (line 1, column 11)"],
    ["{\n  gateway: {\n    auth: [] } }", "gateway.auth is an array, not an object (line 3, column 11)"],
    ["{gateway: null}", "gateway is null, not an object (line 1, column 11)"],
    ["[]", "the file is an array, not an object (line 1, column 1)"],
    ["{gateway:{auth:{token:12}}}", "gateway.auth.token is a number, not a string (line 1, column 23)"],
    ["{gateway:{auth:{token:-NaN}}}", "gateway.auth.token is a number, not a string (line 1, column 23)"],
    ["{gateway:{auth:{token:true}}}", "gateway.auth.token is a boolean, not a string (line 1, column 23)"],
  ])("the shape of %j", (file, message) => {
    const error = new PlaceError("wrong-shape", message)
    expect(() => find(file)).toThrow(error)
    expect(() => put(file, "x")).toThrow(error)
    expect(() => drop(file)).toThrow(error)
  })

  test.each([
    ["{\n  a: 1\n  b: 2\n}", "is not JSON5: unexpected text at line 3, column 3"],
    ["{a: @hunter}", "is not JSON5: unexpected character at line 1, column 5"],
    ["{a: hunter}", "is not JSON5: unexpected text at line 1, column 5"],
    ["{a: 'hunter\n'}", "is not JSON5: unexpected line break in a string at line 1, column 12"],
    ["{a: '\\1'}", "is not JSON5: unexpected escape at line 1, column 6"],
    ["{a: 'hunter", "is not JSON5: it ends too early at line 1, column 12"],
    ["{a: /* hunter", "is not JSON5: it ends too early at line 1, column 14"],
    ["{a: [1,\n", "is not JSON5: the [ at line 1, column 5 is never closed"],
    ["{a: .}", "is not JSON5: unexpected text at line 1, column 5"],
    ["{// a\u2028b\n}", "is not JSON5: unexpected line separator in a comment at line 1, column 6"],
    ["[".repeat(100_000), "is nested deeper than 500 levels at line 1, column 501: simplify the file"],
    [
      `${"{a:".repeat(100_000)}1${"}".repeat(100_000)}`,
      "is nested deeper than 500 levels at line 1, column 1501: simplify the file",
    ],
  ])("to parse what is wrong: %#", (file, message) => {
    for (const use of [() => find(file), () => put(file, "x"), () => drop(file)])
      expect(use).toThrow(new PlaceError("unparsable", message))
  })
})

describe("laws", () => {
  const cases = fc.record({ file: configurations(), locator: fc.constant(token), content: contents })

  test("hold for any configuration in any manner", () => {
    // Parents that `put` had to make stay, and so does the comma before them: that file keeps other lines than these.
    const whole = fc.record({ file: configurations(fc.constant(2)), locator: fc.constant(token), content: contents })
    formatLaws(json5, whole)
  })

  test("and another reader agrees with what was put", () => {
    fc.assert(
      fc.property(cases, ({ file, content }) => {
        const before = read(file)
        const edited = put(file, content)
        expect(read(edited)).toEqual({
          ...before,
          gateway: { ...before.gateway, auth: { ...before.gateway?.auth, token: content } },
        })
        if (isStrict(file)) expect(isStrict(edited)).toBe(true)
        expect(edited.startsWith("\uFEFF")).toBe(file.startsWith("\uFEFF"))
        if (!/[^\r]\n/.test(file)) expect(edited).not.toMatch(file.includes("\r\n") ? /[^\r]\n/ : /\r/)
      }),
      { numRuns: 1000 },
    )
  })

  test("and of a replaced value only the value changes", () => {
    fc.assert(
      fc.property(configurations(), secrets, secrets, (file, one, other) => {
        const first = put(file, one)
        const second = put(first, other)
        let same = 0
        while (first[same] === second[same] && same < first.length) same++
        expect(put(second, one)).toBe(first)
        expect(first.lastIndexOf("token", same)).toBeGreaterThan(-1)
      }),
      { numRuns: 1000 },
    )
  })

  test("and what another reader does not read is not read here", () => {
    const noise = fc.array(
      fc.constantFrom(..."{}[]:,'\"\\/*\n\r\u2028 .+-0179exEuN", "NaN", "null", "token", "//", "/*", "*/", "\\u0041"),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(noise, fc.boolean(), (parts, wrapped) => {
        const file = wrapped ? `{token:${parts.join("")}}` : `{token:'x'${parts.join("")}}`
        if (isReadable(file)) return
        expect(() => find(file, "token")).toThrow(PlaceError)
      }),
      { numRuns: 20_000 },
    )
  })
})

/** It warns of U+2028 in a string, which is allowed. */
vi.spyOn(console, "warn").mockReturnValue(undefined)

function read(file: string) {
  return JSON5.parse(file)
}

function isReadable(file: string): boolean {
  try {
    read(file)
    return true
  } catch {
    return false
  }
}

function isStrict(file: string): boolean {
  try {
    JSON.parse(file)
    return true
  } catch {
    return false
  }
}
