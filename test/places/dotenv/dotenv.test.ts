import { parseEnv } from "node:util"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { PlaceError } from "../../../core/errors.ts"
import { dotenv } from "../../../places/dotenv/dotenv.ts"
import { fileOf, lookalikes } from "../../support/hostile/lookalikes.ts"
import { sourced } from "../../support/shells/shells.ts"
import { bytes, formatLaws, text } from "../laws.ts"

const find = (file: string, name = "KEY") => dotenv.find(bytes(file), name)
const put = (file: string, value: string, name = "KEY") => text(dotenv.put(bytes(file), name, value))
const drop = (file: string, name = "KEY") => text(dotenv.drop(bytes(file), name))

describe("find", () => {
  test.each([
    ["plain", "KEY=value\n", "value"],
    ["exported", "export KEY=value\n", "value"],
    ["blanks around", "  KEY =  a b \t\r\n", "a b"],
    ["a comment behind", "KEY=a # b\n", "a"],
    ["a comment behind quotes", 'KEY="a # b" # c\n', "a # b"],
    ["a hash without a blank ends it for dotenv", "KEY=a#b\n", "a"],
    ["single quotes", "KEY='a \"b\\n' \n", 'a "b\\n'],
    ["double quotes", 'KEY="a\\nb"\n', "a\nb"],
    ["over lines", "KEY='a\r\nb'\r\n", "a\nb"],
    ["backticks", "KEY=`a'b\"`\n", "a'b\""],
    ["quotes inside are kept", "KEY=a'b'\n", "a'b'"],
    ["a colon", "KEY: a\n", "a"],
    ["a mark at the beginning", "\uFEFFKEY=a\n", "a"],
    ["no newline at the end", "A=b\r\nKEY=a", "a"],
    ["another value over lines", 'A="\nKEY=no\n"\nKEY=yes\n', "yes"],
    ["a quote that is never closed", "A='x\nKEY=yes\n", "yes"],
    ["commented out", "#KEY=a\n  # KEY=b\nKEY=c", "c"],
    ["a dollar sign in single quotes", "KEY='$A'\n", "$A"],
    ["a dollar sign among others", "KEY=a$b\n", "a$b"],
  ])("%s", (_name, file, value) => {
    expect(find(file)).toEqual({ kind: "value", value, others: [] })
  })
  test.each(["", "\uFEFF", "KEY=\n", "KEY=''\n", "KEY= # c\n", "KEY\n", "KEYS=a\n", "# KEY=a\n"])(
    "nothing in %j",
    (file) => {
      expect(find(file)).toEqual({ kind: "missing" })
    },
  )
  test("the last one counts", () => {
    expect(find("KEY=a\nKEY='b'\nKEY=\n")).toEqual({ kind: "value", value: "", others: ["a", "b"] })
  })
  test.each(["$A", "$ABCDEF0123", `\${A}`, `\${A:-b c}`, `x\${A}`])(
    "no variable is expanded: %j is the value",
    (value) => {
      expect(find(`KEY=${value}\n`)).toEqual({ kind: "value", value, others: [] })
    },
  )
})

describe("put", () => {
  test.each([
    ["", "v1", "KEY=v1\n"],
    ["\uFEFF", "v1", "\uFEFFKEY=v1\n"],
    ["A=b", "v1", "A=b\nKEY=v1\n"],
    ["A=b\r\nB=c", "v1", "A=b\r\nB=c\r\nKEY=v1\r\n"],
    ["KEY=\nA=b", "v1", "KEY=v1\nA=b"],
    ["KEY= # c\n", "v1", "KEY=v1 # c\n"],
    ["  export  KEY = old  # c\r\n", "v1", "  export  KEY = v1  # c\r\n"],
    ["KEY=old#c\n", "v1", "KEY=v1\n"],
    ['KEY="old" # c\n', "v1", 'KEY="v1" # c\n'],
    ["KEY='old'#c\n", "v1", "KEY='v1'\n"],
    ["KEY='old'\n", "it's", `KEY="it's"\n`],
    ["KEY=`old`\n", "v1", "KEY=v1\n"],
    ['KEY="old"\n', "a$b", "KEY='a$b'\n"],
    ["KEY=old\n", "a b", "KEY='a b'\n"],
    ["KEY=a\nB=c\nKEY=\n", "v1", "KEY=v1\nB=c\nKEY=v1\n"],
    ["A='x\n", "a b", "A='x\nKEY='a b'\n"],
    ['KEY="a\nb"\nB=c\n', "v1", 'KEY="v1"\nB=c\n'],
  ])("into %j", (file, value, expected) => {
    expect(put(file, value)).toBe(expected)
  })
  test.each([
    ["a\nb", "a newline"],
    ["a\0", "NUL"],
    ["\x1B[", "U+001B"],
    ["'\"", "both a single quote and a double quote"],
    ["a'$", "both a single quote and a dollar sign"],
    ["a\\", "a backslash at its end"],
    ["", "cannot be empty"],
  ])("%j is refused, and told by the character only", (value, told) => {
    const refused = () => put("KEY=secret\n", value)
    expect(refused).toThrow(PlaceError)
    expect(refused).toThrow(told)
  })
  test("an object is refused", () => {
    expect(() => dotenv.put(bytes(""), "KEY", { source: "file" })).toThrow("not an object")
  })
  test.each(["1KEY", "K-Y", "", "KEY=a"])("%j is no locator", (name) => {
    expect(() => put("", "a", name)).toThrow(PlaceError)
  })
})

test.each([
  ["KEY=a\n", ""],
  ["KEY=\n", ""],
  ["\uFEFFexport KEY=a\nB=c", "\uFEFFB=c"],
  ["#c\r\n KEY=a\r\nB=c\r\n", "#c\r\nB=c\r\n"],
  ["A=b\nKEY=a # why\nB=c\n", "A=b\n# why\nB=c\n"],
  ["A=b\nKEY='a\nb'\nKEY=c", "A=b\n"],
])("drop from %j", (file, expected) => {
  expect(drop(file)).toBe(expected)
})

const writable = lookalikes.filter((value) => !(value.includes("'") ? /["\\$`]/ : /\\$/).test(value))
const lines = fc.oneof(
  fc.constantFrom(
    "",
    "# a comment",
    "#KEY=no",
    "A=b",
    "B = 'c d' # e",
    'C="e\nKEY=no\n"',
    "KEY=old",
    "export KEY = 'old' #c",
  ),
  fc.constantFrom('KEY="old"', "KEY=`old`", "KEY: old"),
  lookalikes.map((value) => `X=x${value.replace(/['"`]/g, "")}`),
)

test("keeps the laws of a format", () => {
  formatLaws(dotenv, fc.record({ file: fileOf(lines), locator: fc.constant("KEY"), content: writable }))
})

test("no value is written wrong: it is read back, or refused", () => {
  fc.assert(
    fc.property(fileOf(lines), lookalikes, (file, value) => {
      try {
        expect(find(put(file, value))).toMatchObject({ kind: "value", value })
      } catch (error) {
        expect(error).toBeInstanceOf(PlaceError)
        expect(value).toMatch(/'|\\$/)
      }
    }),
    { numRuns: 1000 },
  )
})

describe("what put wrote is read the same", () => {
  const values = fc.sample(writable, 300)
  const old = ["A=b\n", "KEY=old\n", "export KEY='old' # c\n", 'KEY="old"\nA=b', "KEY=`old`\n"]
  const files = values.map((value, index) => put(old[index % old.length] ?? "", value))

  test.each(["dash", "bash"])("by %s that sources it", (shell) => {
    expect(sourced(shell, files, "KEY", false)).toEqual(values)
  })
  test("by Node's own reader", () => {
    expect(files.map((file) => parseEnv(file).KEY)).toEqual(values)
  })
})

describe("takes no more time than a file is long", () => {
  const [n, many] = [200_000, 50_000]
  test.each<[string, string]>([
    ["blanks", `KEY='a'${" ".repeat(n)}x`],
    ["blanks before a comment", `KEY=a${" \t".repeat(n)}x # c`],
    ["empty lines", `KEY${"\n".repeat(n)}x`],
    ["empty lines behind the sign", `KEY=${"\r\n".repeat(n)}x`],
    ["words", "a\n".repeat(many)],
    ["export", "export\n".repeat(many)],
    ["quotes that are never closed", `${"KEY='\n".repeat(many)}A="`],
    ["quotes of three kinds", "KEY='\nA=\"\nB=`\nC=x'x\n".repeat(many)],
    ["escaped quotes", `KEY='${"\\' ".repeat(n)}`],
    ["escaped quotes in each line", "KEY='a\\'b\n".repeat(many)],
    ["quotes that begin lines of a value", `KEY=a${"\u2028'".repeat(n)}b`],
    ["colons", "KEY:\n".repeat(many)],
  ])("%s", (_name, file) => {
    for (const edit of [() => find(file), () => put(file, "v1"), () => drop(file)]) {
      try {
        edit()
      } catch (error) {
        expect(error).toBeInstanceOf(PlaceError)
      }
    }
  })
})
