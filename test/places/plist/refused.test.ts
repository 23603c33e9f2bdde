import { describe, expect, test } from "vitest"
import { plist } from "../../../places/plist/plist.ts"
import { openclawNode } from "./agents.ts"
import { hasPlistlib, readAll } from "./plistlib.ts"

const doctype = '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">'
const secret = "s3cr3t-of-the-file"
const inDict = (inner: string) => `<plist><dict>\n${inner}\n</dict></plist>`

const malformed: [what: string, file: string, message: RegExp | string][] = [
  ["an empty file", "", "is empty"],
  ["an empty line", "\n", "is empty"],
  ["plain text", secret, /line 1, column/],
  ["JSON", `{"token": "${secret}"}`, /line 1, column/],
  ["HTML", `<html><body>${secret}</body></html>`, "(line 1, column 1)"],
  ["an unclosed tag", `<plist><dict><key>${secret}</key>\n`, "unclosed tag (line 1, column 8)"],
  ["tags in the wrong order", `<plist><dict><key>a</dict></key></plist>`, /line 1, column/],
  ["a tag that is closed but not open", `<plist><dict></${secret}></plist>`, /line 1, column/],
  ["a bare &", inDict(`<key>a</key><string>${secret} & b</string>`), "(line 2, column 13)"],
  ["a bare & before a semicolon", inDict(`<key>a</key><string>\n& b</string>\n\n<!-- ; -->`), "(line 3, column 1)"],
  ["an unknown entity", inDict(`<key>a</key><string>&${secret};</string>`), /line 2, column/],
  ["an unknown element", inDict(`<key>a</key><${secret}/>`), "(line 2, column 13)"],
  ["a key without a value", inDict(`<key>${secret}</key>`), "a key has no value (line 1, column 8)"],
  ["two keys", inDict(`<key>a</key><key>${secret}</key>`), "(line 2, column 13)"],
  ["a value without a key", inDict(`<string>${secret}</string>`), "(line 2, column 1)"],
  ["a key outside of a dict", "<plist><array><key>a</key></array></plist>", "(line 1, column 15)"],
  ["text in a dict", inDict(`${secret}`), "text stands directly in a <dict>"],
  ["an element in a string", inDict(`<key>a</key><string>${secret}<true/></string>`), /line 2, column/],
  ["two values", "<plist><dict/><dict/></plist>", "more than one value"],
  ["no value", "<plist/>", "no value"],
  ["a plist in a plist", inDict("<key>a</key><plist><true/></plist>"), "(line 2, column 13)"],
  ["no integer", inDict(`<key>a</key><integer>${secret}</integer>`), "<integer> is not valid (line 2, column 13)"],
  ["an empty integer", inDict("<key>a</key><integer/>"), "<integer> is not valid"],
  ["no real", inDict("<key>a</key><real>1.2.3</real>"), "<real> is not valid"],
  ["no date", inDict("<key>a</key><date>yesterday</date>"), "<date> is not valid"],
  ["an impossible date", inDict("<key>a</key><date>2026-02-30T00:00:00Z</date>"), "<date> is not valid"],
  ["no data", inDict("<key>a</key><data>abc</data>"), "<data> is not valid"],
  ["a control character", inDict("<key>a</key><string>\u0001</string>"), /line 2, column/],
  ["two roots", "<plist><dict/></plist><plist><dict/></plist>", /line 1, column/],
]

describe("is not a property list", () => {
  test.each(malformed)("%s", (_, file, message) => {
    const problem = problemOf(Buffer.from(file))
    expect(problem).toMatchObject({ problem: "unparsable", message: expect.stringMatching(pattern(message)) })
    expect(String(problem)).not.toContain(secret)
  })

  // plistlib lets some of it pass where Apple's reader does not: unknown elements, text between elements, two values.
  const lenient = [
    "an unknown element",
    "an unknown entity",
    "text in a dict",
    "two values",
    "no value",
    "a plist in a plist",
    "an element in a string",
    "HTML",
  ]
  test.skipIf(!hasPlistlib)("plistlib refuses it too (skipped without python3)", () => {
    const strict = malformed.filter(([what]) => !lenient.includes(what))
    const read = readAll(strict.map(([, file]) => Buffer.from(file)))
    expect(strict.filter((_, at) => read[at] !== undefined).map(([what]) => what)).toEqual([])
  })

  test("nothing else is refused: every type, and the document type of Apple", () => {
    const file = `<?xml version="1.0" encoding="utf-8"?>\n${doctype}\n<!-- a --><plist version="1.0"><dict>
      <key/><array><integer>-1</integer><integer> 0x1F </integer><real>1e-5</real><real>nan</real><real>-infinity</real>
      <true></true><false/><date>2026-02-28T23:59:59Z</date><data>YWJj\n\tZGU=</data><data/><string/><dict/></array></dict></plist>`
    expect(plist.find(Buffer.from(file), "A")).toEqual({ kind: "missing" })
  })
})

describe("entities and document types of the file's own are never resolved", () => {
  const bomb = [
    "<!ENTITY a0 'lol'>",
    ...Array.from({ length: 30 }, (_, at) => `<!ENTITY a${at + 1} '&a${at};&a${at};'>`),
  ].join("")
  test.each([
    ["an entity bomb", bomb, "&a30;", "declares XML entities"],
    ["an external entity", "<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;", "declares XML entities"],
    ["a parameter entity", "<!ENTITY % a SYSTEM 'http://localhost/'> %a;", "", "declares XML entities"],
    ["an unused entity", "<!ENTITY a 'b'>", "", "declares XML entities"],
    ["another declaration", "<!ELEMENT plist ANY>", "", "has a DTD of its own"],
  ])("%s", (_, subset, use, message) => {
    const file = `<?xml version="1.0"?>\n<!DOCTYPE plist [${subset}]>\n${inDict(`<key>A</key><string>${use}</string>`)}`
    expect(problemOf(Buffer.from(file))).toMatchObject({
      problem: "unparsable",
      message: expect.stringContaining(message),
    })
  })
})

describe("encodings other than UTF-8 are refused by name", () => {
  const swapped = Buffer.from(`\uFEFF${openclawNode}`, "utf16le").swap16()
  test.each([
    ["UTF-16 LE", Buffer.from(`\uFEFF${openclawNode}`, "utf16le"), "UTF-16"],
    ["UTF-16 BE", swapped, "UTF-16"],
    ["UTF-16 LE without a mark", Buffer.from(openclawNode, "utf16le"), "UTF-16"],
    ["Latin-1", Buffer.from(inDict("<key>é</key><true/>"), "latin1"), "UTF-8"],
    ["a declared one", Buffer.from(openclawNode.replace("UTF-8", "ISO-8859-1")), "another encoding"],
  ])("%s", (_, file, message) => {
    expect(problemOf(file)).toMatchObject({ problem: "unparsable", message: expect.stringContaining(message) })
  })
})

describe("has another shape than the locator needs", () => {
  const shape = (key: string, held: string) => inDict(`<key>${key}</key>${held}`)
  test.each([
    [
      "the top is an array",
      "<plist><array/></plist>",
      "A",
      "the top of the property list is not a dictionary (line 1, column 8)",
    ],
    [
      "EnvironmentVariables is a string",
      shape("EnvironmentVariables", "<string/>"),
      "A",
      "is not a dictionary (line 2, column 32)",
    ],
    [
      "ProgramArguments is a dict",
      shape("ProgramArguments", "<dict/>"),
      "--token",
      "is not an array (line 2, column 28)",
    ],
    [
      "the value is a number",
      shape("EnvironmentVariables", "<dict><key>A</key><integer>1</integer></dict>"),
      "A",
      "A holds something other than a string (line 2, column 50)",
    ],
    [
      "the flag's value is true",
      shape("ProgramArguments", "<array><string>--token</string><true/></array>"),
      "--token",
      "(line 2, column 59)",
    ],
  ])("%s", (_, file, locator, message) => {
    const expected = expect.objectContaining({ problem: "wrong-shape", message: expect.stringContaining(message) })
    expect(() => plist.find(Buffer.from(file), locator)).toThrow(expected)
    expect(() => plist.put(Buffer.from(file), locator, "a")).toThrow(expected)
    expect(() => plist.drop(Buffer.from(file), locator)).toThrow(expected)
  })

  test("a flag finds no ProgramArguments to stand in", () => {
    expect(() => plist.put(Buffer.from(inDict("")), "--token", "a")).toThrow(
      "has no ProgramArguments to add --token to",
    )
    expect(plist.find(Buffer.from(inDict("")), "--token")).toEqual({ kind: "missing" })
  })
})

test.each(["", "-t", "--", "--a b", "A-B", "1A", "*", "A.B", "--token=x", "---"])("%j is no locator", (locator) => {
  expect(() => plist.find(Buffer.from(openclawNode), locator)).toThrow(
    expect.objectContaining({ problem: "bad-locator" }),
  )
})

test("deep nesting and long documents end neither the stack nor the patience", { timeout: 120_000 }, () => {
  const deep = 200_000
  const nested = inDict(`<key>a</key>${"<array>".repeat(deep)}${"</array>".repeat(deep)}`)
  expect(plist.find(Buffer.from(nested), "A")).toEqual({ kind: "missing" })
  expect(Buffer.from(plist.put(Buffer.from(nested), "A", "b")).includes("<string>b</string>")).toBe(true)
  expect(problemOf(Buffer.from(nested.replaceAll("</array>", "")))).toMatchObject({ problem: "unparsable" })
  for (const [name, held] of [
    ["integer", "1"],
    ["real", "1"],
    ["real", " "],
    ["data", "="],
    ["date", "1"],
  ]) {
    const file = inDict(`<key>a</key><${name}>${held?.repeat(500_000)}x</${name}>`)
    expect(problemOf(Buffer.from(file))).toMatchObject({ problem: "unparsable" })
  }
})

function pattern(message: RegExp | string): RegExp {
  return typeof message === "string" ? new RegExp(message.replaceAll(/[()]/g, "\\$&")) : message
}

function problemOf(file: Uint8Array): unknown {
  try {
    plist.find(file, "A")
    return undefined
  } catch (error) {
    return error
  }
}
