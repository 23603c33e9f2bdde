import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { declaresToken } from "../../../cli/stack/declared-rotation.ts"
import { readRotation, withRotation } from "../../../cli/stack/rotation.ts"

const salt = "encryptionsalt: v1:abc=:v1:def==\n"

describe("only the number changes", () => {
  test.each([
    ["a flow mapping", "config:\n  gatekey:token: {rotation: 1, maxAge: 30d}\n"],
    ["a flow mapping with blanks", "config:\n  gatekey:token: { rotation:   1 , keep: 3 }  # the fleet's\n"],
    ["a flow mapping over lines", "config:\n  gatekey:token: {\n    rotation: 1, # raise\n    keep: 1,\n  }\n"],
    ["a block", `${salt}config:\n  gatekey:token:\n    maxAge: 30d\n    rotation: 1 # in force\n    keep: 1\n`],
    ["quoted keys", `"config":\n  "gatekey:token": {"rotation": 1, "maxAge": "1d"}\n`],
    ["JSON", `{"config": {"gatekey:token": {"rotation": 1}}}`],
    ["CRLF", "config:\r\n  gatekey:token:\r\n    rotation: 1\r\n    keep: 1\r\n"],
    ["no final newline", "config:\n  gatekey:token:\n    rotation: 1"],
    ["a byte order mark", "\uFEFFconfig:\n  gatekey:token: {rotation: 1}\n"],
    ["a document's start", "%YAML 1.2\n---\nconfig:\n  gatekey:token: {rotation: 1}\n...\n"],
    ["an anchor and a tag of its own", "config:\n  gatekey:token: &t {rotation: !!int &r 1}\n"],
    ["an explicit key", "config:\n  gatekey:token:\n    ? rotation\n    : 1\n"],
    ["a comment that says the same", "# gatekey:token: {rotation: 1}\nconfig:\n  gatekey:token: {rotation: 1}\n"],
    ["other numbers", "config:\n  rotation: 1\n  a:token: {rotation: 1}\n  gatekey:token: {keep: 1, rotation: 1}\n"],
  ])("in %s", (_, text) => {
    const at = text.lastIndexOf(
      "1",
      text.lastIndexOf("rotation") + text.slice(text.lastIndexOf("rotation")).search("1"),
    )
    expect(withRotation(text, 12)).toBe(`${text.slice(0, at)}12${text.slice(at + 1)}`)
    expect(declaresToken(text)).toBe(true)
  })

  test("and grows by a digit", () => {
    expect(withRotation("config: {gatekey:token: {rotation: 9, keep: 3}}\n", 10)).toBe(
      "config: {gatekey:token: {rotation: 10, keep: 3}}\n",
    )
  })
})

describe("a compromised generation is added", () => {
  test.each([
    ["a flow mapping", "{rotation: 1, maxAge: 30d}", "{rotation: 2, maxAge: 30d, compromised: [1]}"],
    ["a mapping of one", "{rotation: 1}", "{rotation: 2, compromised: [1]}"],
    ["quoted keys", `{"rotation": 1}`, `{"rotation": 2, "compromised": [1]}`],
    ["a mapping over lines", "{\n    rotation: 1,\n  }", "{\n    rotation: 2,\n    compromised: [1],\n  }"],
    [
      "a mapping over lines with comments",
      "{\n    rotation: 1 # in force\n  }",
      "{\n    rotation: 2, # in force\n    compromised: [1]\n  }",
    ],
    [
      "a block",
      "\n    rotation: 1 # x\n    keep: 3 # y",
      "\n    rotation: 2 # x\n    keep: 3 # y\n    compromised: [1]",
    ],
    [
      "a block that ends in a block",
      "\n    rotation: 1\n    adopt:\n      value:\n        secure: v1:abc",
      "\n    rotation: 2\n    adopt:\n      value:\n        secure: v1:abc\n    compromised: [1]",
    ],
    ["an empty list", "{rotation: 1, compromised: []}", "{rotation: 2, compromised: [1]}"],
    ["a list", "{rotation: 1, compromised: [ 7,8 ]}", "{rotation: 2, compromised: [ 7,8, 1 ]}"],
    ["a list that has it", "{rotation: 1, compromised: [1]}", "{rotation: 2, compromised: [1]}"],
    [
      "a block list",
      "\n    compromised:\n    - 7 # leaked\n    - 8\n    rotation: 1",
      "\n    compromised:\n    - 7 # leaked\n    - 8\n    - 1\n    rotation: 2",
    ],
    [
      "a block list that is indented",
      "\n    rotation: 1\n    compromised:\n      -  7",
      "\n    rotation: 2\n    compromised:\n      -  7\n      -  1",
    ],
  ])("to %s", (_, before, after) => {
    for (const end of ["", "\n", "\n  other:key: 1\n"]) {
      for (const newline of ["\n", "\r\n"]) {
        const file = (token: string) => `config:\n  gatekey:token: ${token}${end}`.replaceAll("\n", newline)
        expect(withRotation(file(before), 2, 1)).toBe(file(after))
      }
    }
  })
})

const secretText = "v1:this-must-not-be-quoted"
const word = "is not one YAML document: "

describe("what cannot be edited is refused, and none of it is quoted", () => {
  test.each([
    ["no mapping at all", secretText, "has no gatekey:token"],
    ["an empty file", "", "has no gatekey:token"],
    ["no config", `gatekey:token: {rotation: 1, x: ${secretText}}`, "has no gatekey:token"],
    ["no token", "config:\n  gatekey:nodes: {}\n", "has no gatekey:token; name another stack: --stack NAME"],
    ["a token in a text", `config:\n  gatekey:token: '{"rotation": 1}'\n`, "gatekey:token is not a mapping of its own"],
    ["an encrypted one", `config:\n  gatekey:token:\n    secure: ${secretText}\n`, "gatekey:token.rotation is missing"],
    ["an alias", "a: &t {rotation: 1}\nconfig:\n  gatekey:token: *t\n", "gatekey:token is not a mapping of its own"],
    ["a merge", "a: &t {rotation: 1}\nconfig:\n  gatekey:token: {<<: *t}\n", "gatekey:token.rotation is missing"],
    [
      "a token that others make",
      "config:\n  gatekey:token: {maxAge: 30d}\n  gatekey:vault: {provider: onepassword, role: source}\n",
      "the vault is the source of the token",
    ],
    [
      "a token that the file gives",
      "config:\n  gatekey:token: {value: {secure: AAABAA==}}\n",
      "gives the token (gatekey:token.value): put another one there",
    ],
    [
      "a quoted number",
      `config: {gatekey:token: {rotation: "1"}}`,
      "gatekey:token.rotation is not an integer, 1 or more",
    ],
    ...["0", "-1", "1.0", "1.5", "1e3", "0x10", "010", "1_0", "~", "true", "[1]", "", "99999999999999999999"].map(
      (number) => [
        `the rotation ${number}`,
        `config:\n  gatekey:token:\n    rotation: ${number}\n`,
        "gatekey:token.rotation is not an integer, 1 or more; correct it first",
      ],
    ),
    ["an alias for the number", "a: &n 1\nconfig:\n  gatekey:token: {rotation: *n}\n", "rotation is not an integer"],
    [
      "an anchor that others use",
      "config:\n  gatekey:token: {rotation: &n 1, keep: *n}\n",
      "more than the number would change; set gatekey:token.rotation to 2 by hand",
    ],
    [
      "a mapping that others use",
      "config:\n  gatekey:token: &t {rotation: 1}\n  other:token: *t\n",
      "more than the number would change",
    ],
    [
      "an anchor that holds itself",
      "config:\n  gatekey:token: &t {rotation: 1, adopt: *t}\n",
      "is not valid YAML: an alias is within its own anchor",
    ],
    ["two numbers", "config:\n  gatekey:token: {rotation: 1, rotation: 2}\n", "rotation is declared twice"],
    ["no list", `config:\n  gatekey:token: {rotation: 1, compromised: ${secretText}}\n`, "compromised is not a list"],
    ["an empty list entry", "config:\n  gatekey:token: {rotation: 1, compromised:}\n", "compromised is not a list"],
    [
      "no numbers",
      `config:\n  gatekey:token: {rotation: 1, compromised: [${secretText}]}\n`,
      "is not a list of integers",
    ],
    ["broken YAML", `config:\n  gatekey:token: {rotation: 1\n${secretText}: [\n`, word],
    ["two documents", "config:\n  gatekey:token: {rotation: 1}\n---\nx: 1\n", word],
  ])("%s", (_, text, reason) => {
    expect(() => withRotation(text, 2, 1)).toThrow(reason)
    expect(() => withRotation(text, 2, 1)).not.toThrow(secretText)
    expect(() => withRotation(text, 2, 1)).not.toThrow("TypeError")
  })
})

test("what is read: the number, the age as it is written, the compromised ones", () => {
  const read = (token: string) => readRotation(`config: {gatekey:token: ${token}}`)
  expect(read("{rotation: 3, maxAge: 30d, compromised: [1, 2]}")).toEqual({
    rotation: 3,
    maxAge: "30d",
    compromised: [1, 2],
  })
  expect(read("{rotation: 3, maxAge: 30}")).toEqual({ rotation: 3, maxAge: undefined, compromised: [] })
})

describe("whatever stands around it", () => {
  const noise = fc.constantFrom("", "# rotation: 1", "  # gatekey:token: {rotation: 1}", "  other:rotation: 1")
  const entry = fc.constantFrom("maxAge: 30d", "keep: 3 # x", "adopt: {value: {secure: v1:x}}", "protect: false")
  const list = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 4 })
  const files = fc
    .record({
      before: fc.array(noise, { maxLength: 3 }),
      after: fc.array(noise, { maxLength: 3 }),
      entries: fc.uniqueArray(entry, { maxLength: 3 }),
      at: fc.nat(3),
      rotation: fc.integer({ min: 1, max: 2 ** 40 }),
      compromised: fc.option(list),
      style: fc.constantFrom("flow", "block", "lines"),
      blockList: fc.boolean(),
      newline: fc.constantFrom("\n", "\r\n"),
      ended: fc.boolean(),
    })
    .map((made) => {
      const { style, compromised, newline } = made
      const flow = style !== "block"
      const numbers =
        compromised && made.blockList && !flow && compromised.length > 0
          ? `compromised:${compromised.map((each) => `\n      - ${each}`).join("")}`
          : `compromised: [${compromised?.join(", ")}]`
      const entries = flow ? made.entries.map((each) => each.replace(" # x", "")) : [...made.entries]
      entries.splice(made.at, 0, `rotation: ${made.rotation}`, ...(compromised ? [numbers] : []))
      const token = {
        flow: `{ ${entries.join(", ")} }`,
        lines: `{\n    ${entries.join(",\n    ")}\n  }`,
        block: entries.map((each) => `\n    ${each}`).join(""),
      }[style]
      const lines = [
        "config:",
        ...noisy("before", made.before),
        `  gatekey:token: ${token}`,
        ...noisy("after", made.after),
      ]
      const text = `${salt}${lines.join("\n")}${made.ended ? "\n" : ""}`.replaceAll("\n", newline)
      return { text, compromised: compromised ?? [], rotation: made.rotation }
    })

  test("readers see another rotation, one compromised generation more, and nothing else", () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 2 ** 40 }), fc.option(fc.integer({ min: 1, max: 60 })), check),
      { numRuns: 500 },
    )
  })

  function check(file: { text: string; compromised: number[]; rotation: number }, to: number, leaked: number | null) {
    const { text, compromised } = file
    const after = withRotation(text, to, leaked ?? undefined)
    const expected = parse(text)
    expected.config["gatekey:token"].rotation = to
    if (leaked !== null) expected.config["gatekey:token"].compromised = [...new Set([...compromised, leaked])]
    expect(parse(after)).toEqual(expected)
    // What is taken out again leaves every byte as it was.
    if (leaked === null) expect(withRotation(after, file.rotation)).toBe(text)
  }
})

/** No key twice. */
function noisy(where: string, lines: readonly string[]): string[] {
  return lines.map((line, at) => line.replace("other:", `${where}${at}:`))
}
