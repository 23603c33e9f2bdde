import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { missing, value } from "../../../places/format.ts"
import { plist } from "../../../places/plist/plist.ts"
import { bytes, type Case, formatLaws, text } from "../laws.ts"

const wrap = (inner: string) => `<plist version="1.0">\n<dict>\n${inner}</dict>\n</plist>\n`
const environment = (inner: string) => wrap(`\t<key>EnvironmentVariables</key>\n\t<dict>\n${inner}\t</dict>\n`)
const args = (inner: string) => wrap(`\t<key>ProgramArguments</key>\n\t<array>\n${inner}\t</array>\n`)
const put = (file: string, locator: string, content: string) => text(plist.put(bytes(file), locator, content))
const drop = (file: string, locator: string) => text(plist.drop(bytes(file), locator))

describe("find reads what the text says", () => {
  test.each([
    ["entities", "<string>a&amp;b &lt;c&gt; &quot;&apos; &#100;&#x65;</string>", "a&b <c> \"' de"],
    ["a CDATA section", "<string>a<![CDATA[<&b]]>c</string>", "a<&bc"],
    ["spaces as they are", "<string> a  b </string>", " a  b "],
    ["a comment as nothing", "<string>a<!-- b -->c</string>", "ac"],
    ["astral characters", "<string>😀日é</string>", "😀日é"],
  ])("%s", (_, string, expected) => {
    expect(plist.find(bytes(environment(`\t\t<key>A</key>\n\t\t${string}\n`)), "A")).toEqual(value(expected))
  })

  test("the last of equal keys counts, in the last of equal dictionaries", () => {
    const entry = (held: string) => `<key>A</key><string>${held}</string>`
    const dict = (inner: string) => `<key>EnvironmentVariables</key><dict>${inner}</dict>\n`
    const file = wrap(dict(entry("1") + entry("2")) + dict(entry("3") + entry("4")))
    expect(plist.find(bytes(file), "A")).toEqual(value("4", ["1", "2", "3"]))
    expect(put(file, "A", "5")).toBe(wrap(dict(entry("5") + entry("5")) + dict(entry("5") + entry("5"))))
    expect(drop(file, "A")).toBe(wrap(dict("") + dict("")))
  })

  test("a token that an equal dictionary hides is not read, and is dropped", () => {
    const dict = (inner: string) => `<key>EnvironmentVariables</key><dict>${inner}</dict>\n`
    const file = wrap(dict("<key>A</key><string>1</string>") + dict(""))
    expect(plist.find(bytes(file), "A")).toEqual(missing)
    expect(plist.listIgnored?.(bytes(file), "A")).toEqual(["1"])
    expect(drop(file, "A")).toBe(wrap(dict("") + dict("")))
  })

  test.each(["<string></string>", "<string/>"])("an empty value is as good as none: %s", (string) => {
    const file = environment(`\t\t<key>A</key>\n\t\t${string}\n`)
    expect(plist.find(bytes(file), "A")).toEqual(missing)
    expect(put(file, "A", "b")).toBe(environment("\t\t<key>A</key>\n\t\t<string>b</string>\n"))
  })
})

describe("put writes where it belongs, laid out as its neighbours", () => {
  const key = "<key>NEW</key>"
  const string = "<string>a&amp;&lt;b&gt;'\"</string>"
  test.each([
    [
      "after the last entry",
      environment("\t\t<key>A</key>\n\t\t<string>b</string>\n"),
      environment(`\t\t<key>A</key>\n\t\t<string>b</string>\n\t\t${key}\n\t\t${string}\n`),
    ],
    [
      "one line an entry",
      environment("\t\t<key>A</key> <string>b</string>\n"),
      environment(`\t\t<key>A</key> <string>b</string>\n\t\t${key} ${string}\n`),
    ],
    [
      "behind a comment",
      environment("\t\t<key>A</key>\n\t\t<string>b</string> <!-- c -->\n"),
      environment(`\t\t<key>A</key>\n\t\t<string>b</string> <!-- c -->\n\t\t${key}\n\t\t${string}\n`),
    ],
    ["in an empty dictionary", environment(""), environment(`\t\t${key}\n\t\t${string}\n`)],
    [
      "in <dict></dict>",
      wrap("\t<key>EnvironmentVariables</key>\n\t<dict></dict>\n"),
      environment(`\t\t${key}\n\t\t${string}\n`),
    ],
    ["in <dict/>", wrap("\t<key>EnvironmentVariables</key>\n\t<dict />\n"), environment(`\t\t${key}\n\t\t${string}\n`)],
    [
      "in a dictionary on one line",
      wrap("<key>EnvironmentVariables</key><dict><key>A</key><string>b</string></dict>\n"),
      wrap(`<key>EnvironmentVariables</key><dict><key>A</key><string>b</string>${key}${string}</dict>\n`),
    ],
    [
      "in a file on one line",
      "<plist><dict/></plist>",
      `<plist><dict><key>EnvironmentVariables</key><dict>${key}${string}</dict></dict></plist>`,
    ],
    [
      "with a new dictionary",
      wrap("\t<key>A</key>\n\t<true/>\n"),
      wrap(
        `\t<key>A</key>\n\t<true/>\n\t<key>EnvironmentVariables</key>\n\t<dict>\n\t\t${key}\n\t\t${string}\n\t</dict>\n`,
      ),
    ],
    [
      "with a new dictionary, by two spaces",
      wrap("  <key>A</key>\n  <true/>\n"),
      wrap(
        `  <key>A</key>\n  <true/>\n  <key>EnvironmentVariables</key>\n  <dict>\n    ${key}\n    ${string}\n  </dict>\n`,
      ),
    ],
  ])("%s", (_, before, after) => {
    expect(put(before, "NEW", "a&<b>'\"")).toBe(after)
    expect(put(before.replaceAll("\n", "\r\n"), "NEW", "a&<b>'\"")).toBe(after.replaceAll("\n", "\r\n"))
    expect(plist.find(bytes(after), "NEW")).toEqual(value("a&<b>'\""))
  })

  test.each([
    [
      "two strings at the end",
      "<string>a</string>",
      "<string>a</string>\n\t\t<string>--token</string>\n\t\t<string>b</string>",
    ],
    [
      "the string that follows",
      "<string>--token</string>\n\t\t<string>--old</string>",
      "<string>--token</string>\n\t\t<string>b</string>",
    ],
    ["the joined string", "<string>--token=old=</string>", "<string>--token=b</string>"],
    [
      "all of them",
      "<string>--token=1</string>\n\t\t<string>--token</string> <string>2</string>",
      "<string>--token=b</string>\n\t\t<string>--token</string> <string>b</string>",
    ],
    ["the value that lacks", "<string>--token</string>", "<string>--token</string>\n\t\t<string>b</string>"],
    [
      "not another flag's",
      "<string>--token-file=c</string>",
      "<string>--token-file=c</string>\n\t\t<string>--token</string>\n\t\t<string>b</string>",
    ],
  ])("a flag: %s", (_, before, after) => {
    expect(put(args(`\t\t${before}\n`), "--token", "b")).toBe(args(`\t\t${after}\n`))
  })

  test("putting what is there leaves any spelling of it", () => {
    const file = bytes(environment("\t\t<key>A</key>\n\t\t<string><![CDATA[a<b]]>&#99;</string>\n"))
    expect(plist.put(file, "A", "a<bc")).toBe(file)
  })

  test.each([{ a: 1 }, "", "a\nb", "a\rb", "a\0b", "\ud800", "a\u001bb", "\uffff"])("refuses %j", (content) => {
    expect(() => plist.put(bytes(environment("")), "A", content)).toThrow(
      expect.objectContaining({ problem: "unwritable-value" }),
    )
  })
})

describe("drop takes the key and value with their own lines", () => {
  test.each([
    [
      "two lines",
      environment("\t\t<key>B</key>\n\t\t<string>c</string>\n\t\t<key>A</key>\n\t\t<string>b</string>\n"),
      environment("\t\t<key>B</key>\n\t\t<string>c</string>\n"),
    ],
    ["one line", environment("\t\t<key>A</key> <string>b</string>\n"), environment("")],
    [
      "a comment between stays",
      environment("\t\t<key>A</key>\n\t\t<!-- c -->\n\t\t<string>b</string>\n"),
      environment("\t\t<!-- c -->\n"),
    ],
    [
      "a comment behind stays",
      environment("\t\t<key>A</key>\n\t\t<string>b</string><!-- c -->\n"),
      environment("\t\t<!-- c -->\n"),
    ],
    [
      "repeated",
      environment("\t\t<key>A</key>\n\t\t<string>b</string>\n\t\t<key>A</key>\n\t\t<string/>\n"),
      environment(""),
    ],
  ])("%s", (_, before, after) => {
    expect(drop(before, "A")).toBe(after)
    expect(drop(before.replaceAll("\n", "\r\n"), "A")).toBe(after.replaceAll("\n", "\r\n"))
  })

  test("a flag goes with its value, in both forms", () => {
    const file = args(
      "\t\t<string>--token=a</string>\n\t\t<string>b</string>\n\t\t<string>--token</string>\n\t\t<!-- c -->\n\t\t<string>d</string>\n",
    )
    expect(drop(file, "--token")).toBe(args("\t\t<string>b</string>\n\t\t<!-- c -->\n"))
  })
})

test("the laws hold for arbitrary files", () => {
  const eol = fc.constantFrom("\n", "\r\n", "\r")
  const indent = fc.constantFrom("\t", "  ", "")
  const words = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."abc<>&'\"$ é日😀]!-") })
  const written = words.map((word) => word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("]", "&#93;"))
  const string = fc.oneof(
    written.map((word) => `<string>${word}</string>`),
    fc.constant("<string><![CDATA[a<b]]></string>"),
  )
  const note = fc.constantFrom("", "<!-- <key>A</key> -->", "<?note a?>")
  const names = fc.constantFrom("A", "B", "TOKEN")
  const entry = fc.tuple(names, string, note).map(([name, held, more]) => [`<key>${name}</key>`, `${held}${more}`])
  const argument = fc.oneof(string, fc.constantFrom("<string>--token</string>", "<string>--token=a</string>"))
  const lines = (open: string, inner: readonly string[], close: string, step: string) => [
    open,
    ...inner.map((line) => step + line),
    close,
  ]
  const cases = fc
    .record({
      eol,
      step: indent,
      bom: fc.boolean(),
      ends: fc.boolean(),
      entries: fc.array(entry),
      args: fc.array(argument),
      note,
      locator: fc.constantFrom("A", "TOKEN", "--token"),
      content: words,
    })
    .map(({ eol, step, bom, ends, note, locator, content, ...held }): Case => {
      const inner = [
        "<key>EnvironmentVariables</key>",
        ...lines("<dict>", held.entries.flat(), "</dict>", step),
        note,
        "<key>ProgramArguments</key>",
        ...lines("<array>", [...held.args, "<string>z</string>"], "</array>", step),
      ]
      const all = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        note,
        ...lines("<plist>", lines("<dict>", inner, "</dict>", step), "</plist>", ""),
        note,
      ]
      return { file: (bom ? "\uFEFF" : "") + all.join(eol) + (ends ? eol : ""), locator, content }
    })
  formatLaws(plist, cases, { numRuns: 2000 })
})
