import { describe, expect, test } from "vitest"
import { json5 } from "../../../places/json5/json5.ts"
import { bytes, text } from "../laws.ts"

const put = (file: string, content: Parameters<typeof json5.put>[2] = "x", locator = "a.t") =>
  text(json5.put(bytes(file), locator, content))
const drop = (file: string, locator = "a.t") => text(json5.drop(bytes(file), locator))

describe("a new key", () => {
  test.each([
    ["starts an empty file", "", '{\n  "a": {\n    "t": "x"\n  }\n}\n'],
    ["starts one of comments", "// c", '// c\n{\n  "a": {\n    "t": "x"\n  }\n}\n'],
    ["starts behind a byte order mark", "\uFEFF", '\uFEFF{\n  "a": {\n    "t": "x"\n  }\n}\n'],
    ["sets an empty object out", "{}", '{\n  "a": {\n    "t": "x"\n  }\n}'],
    ["sets an empty object out, blanks and all", " { }\n", ' {\n   "a": {\n     "t": "x"\n   }\n }\n'],
    [
      "follows the last in strict JSON",
      '{\n\t"a": {\n\t\t"b": 1\n\t}\n}',
      '{\n\t"a": {\n\t\t"b": 1,\n\t\t"t": "x"\n\t}\n}',
    ],
    ["keeps a trailing comma", "{\n  a: {\n    b: 'y',\n  },\n}\n", "{\n  a: {\n    b: 'y',\n    t: 'x',\n  },\n}\n"],
    ["keeps CRLF", "{\r\n  a: {\r\n    b: 1\r\n  }\r\n}", '{\r\n  a: {\r\n    b: 1,\r\n    t: "x"\r\n  }\r\n}'],
    ["stays on one line", "{ a: { b: 1 } }", '{ a: { b: 1, t: "x" } }'],
    ["stays on one line with a trailing comma", "{ a: { b: 1, }, }", '{ a: { b: 1, t: "x", }, }'],
    ["stays tight", '{"a":{"b":1}}', '{"a":{"b":1,"t":"x"}}'],
    ["stays in empty braces", '{\n  "a": {}\n}', '{\n  "a": {"t": "x"}\n}'],
    ["stays in blank braces", '{\n  "a": { }\n}', '{\n  "a": { "t": "x" }\n}'],
    [
      "follows a comment of the last",
      "{\n  a: {\n    b: 1 // c\n  }\n}",
      '{\n  a: {\n    b: 1, // c\n    t: "x"\n  }\n}',
    ],
    [
      "stands before comments of their own",
      "{\n  a: {\n    b: 1,\n    // c\n  }\n}",
      '{\n  a: {\n    b: 1,\n    t: "x",\n    // c\n  }\n}',
    ],
    ["follows comments that are alone", "{\n  a: {\n    // c\n  }\n}", '{\n  a: {\n    // c\n    t: "x"\n  }\n}'],
    ["follows a comment on the brace", "{\n  a: { // c\n  }\n}", '{\n  a: { // c\n    t: "x"\n  }\n}'],
    ["stands before a closing brace", "{\n  a: {\n    b: 1 } }", '{\n  a: {\n    b: 1,\n    t: "x" } }'],
    ["quotes keys as its siblings do", "{ a: { 'b': 'y' } }", "{ a: { 'b': 'y', 't': 'x' } }"],
    [
      "makes its parents in the file's indentation",
      "{\n    b: 1\n}",
      '{\n    b: 1,\n    a: {\n        t: "x"\n    }\n}',
    ],
    ["is set in every duplicate parent that has it", "{a:{t:'1'},a:{}}", "{a:{t:'x'},a:{t:'x'}}"],
  ])("%s", (_what, before, after) => {
    expect(put(before)).toBe(after)
    expect(put(after)).toBe(after)
  })

  test("is quoted where it is no name", () => {
    expect(put("{ a: 1 }", "x", '"b.c"')).toBe('{ a: 1, "b.c": "x" }')
    expect(put("{ a: 1 }", "x", "true")).toBe('{ a: 1, "true": "x" }')
  })
})

describe("a value", () => {
  test.each([
    ["keeps double quotes", '{a:{t: "o"}}', `{a:{t: "it's \\"x\\""}}`],
    ["keeps single quotes", "{a:{t: 'o'}}", `{a:{t: 'it\\'s "x"'}}`],
    ["takes the place of null", "{a:{b:'', t:null}}", `{a:{b:'', t:'it\\'s "x"'}}`],
    ["takes the place of an object", "{a:{t:{source:'file'}}}", `{a:{t:'it\\'s "x"'}}`],
    ["is set in each duplicate", "{a:{t:'1', t:\"2\"}}", `{a:{t:'it\\'s "x"', t:"it's \\"x\\""}}`],
  ])("%s", (_what, before, after) => {
    expect(put(before, `it's "x"`)).toBe(after)
  })

  test("stays as it is written when it is the same", () => {
    const file = "{a:{t: '\\x41\\\n\\u0042'}}"
    expect(put(file, "AB")).toBe(file)
  })

  const reference = { source: "file", provider: "p", list: [1, {}] }

  test("that is an object is written on lines of its own", () => {
    const lines = [
      "    t: {",
      "      source: 'file',",
      "      provider: 'p',",
      "      list: [",
      "        1,",
      "        {}",
      "      ]",
      "    },",
    ]
    expect(put("{\n  a: {\n    t: 'o',\n  },\n}\n", reference)).toBe(`{\n  a: {\n${lines.join("\n")}\n  },\n}\n`)
  })

  test("that is an object stays on one line", () => {
    expect(put('{"a": {"t": ""}}', reference)).toBe(
      '{"a": {"t": {"source": "file", "provider": "p", "list": [1, {}]}}}',
    )
  })

  test("that is an equal object stays as it is written", () => {
    const file = "{a:{t: { provider: 'p', // c\n list: [1,{},], source: \"file\" }}}"
    expect(put(file, reference)).toBe(file)
  })
})

describe("without its key", () => {
  test.each([
    [
      "the line goes too",
      "{\n  a: {\n    b: 1,\n    t: 'x',\n    c: 2\n  }\n}",
      "{\n  a: {\n    b: 1,\n    c: 2\n  }\n}",
    ],
    [
      "the comma before the last goes",
      '{\n  "a": {\n    "b": 1,\n    "t": "x"\n  }\n}',
      '{\n  "a": {\n    "b": 1\n  }\n}',
    ],
    ["a trailing comma stays", "{a: {\n  b: 1,\n  t: 'x',\n}}", "{a: {\n  b: 1,\n}}"],
    [
      "comments stay",
      "{a: {\n  // above\n  t: 'x', // beside\n  b: 1\n}}",
      "{a: {\n  // above\n  // beside\n  b: 1\n}}",
    ],
    ["a comment before the comma stays", "{a:{t: 'x' /* c */, b: 1}}", "{a:{/* c */ b: 1}}"],
    ["an emptied object stays", "{\n  a: {\n    t: 'x'\n  }\n}", "{\n  a: {\n  }\n}"],
    ["one line stays one: first", "{ a: { t: 'x', b: 1 } }", "{ a: { b: 1 } }"],
    ["one line stays one: middle", "{ a: { b: 1, t: 'x', c: 1 } }", "{ a: { b: 1, c: 1 } }"],
    ["one line stays one: last", "{ a: { b: 1, t: 'x' } }", "{ a: { b: 1 } }"],
    ["one line stays one: last with a comma", "{ a: { b: 1, t: 'x', } }", "{ a: { b: 1, } }"],
    ["one line stays one: only", "{ a: { t: 'x' } }", "{ a: { } }"],
    ["one line stays one: tight", '{"a":{"b":1,"t":"x"}}', '{"a":{"b":1}}'],
    ["commas that open lines stay", "{a: {\n  b: 1\n, t: 'x'\n, c: 2\n}}", "{a: {\n  b: 1\n, c: 2\n}}"],
    ["all duplicates go", "{a:{t:'1', b: 1, t:'2'},a:{t:'3'}}", "{a:{b: 1},a:{}}"],
    ["an object goes whole", "{a: {\n  t: {\n    source: 'file', // c\n  },\n  b: 1,\n}}", "{a: {\n  b: 1,\n}}"],
    ["null goes", "{a:{t:null}}", "{a:{}}"],
    ["CRLF stays", "{a: {\r\n  t: 'x',\r\n  b: 1\r\n}}\r\n", "{a: {\r\n  b: 1\r\n}}\r\n"],
    ["nothing changes where it is missing", "{ a: {b : 1 ,} ,}", "{ a: {b : 1 ,} ,}"],
    ["nothing changes in an empty file", "", ""],
  ])("%s", (_what, before, after) => {
    expect(drop(before)).toBe(after)
    expect(drop(after)).toBe(after)
  })
})

describe("a large file", () => {
  const large: readonly (readonly [string, string])[] = [
    [
      "of many keys",
      `{\n${Array.from({ length: 20_000 }, (_, i) => `  "k${i}": ["${"v".repeat(40)}"], // c\n`).join("")}}`,
    ],
    ["of comments", `${"// c\n".repeat(200_000)}{}`],
    ["of one line", `{${Array.from({ length: 60_000 }, (_, i) => `"k${i}": {"b": 1}`).join(", ")}}`],
    ["of duplicates", `{a: {${"t: 'o', ".repeat(100_000)}}}`],
    ["of duplicate parents", `{${"a: {t: 'o'}, ".repeat(80_000)}}`],
    ["of one value", `{a: {t: '${"o\\n".repeat(350_000)}'}}`],
  ]

  test.each(large)("%s is edited", (_what, file) => {
    const edited = put(file)
    expect(json5.find(bytes(edited), "a.t")).toMatchObject({ kind: "value", value: "x" })
    expect(json5.find(bytes(drop(edited)), "a.t")).toEqual({ kind: "missing" })
  })
})
