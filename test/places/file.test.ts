import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { file } from "../../places/file.ts"
import { bytes, formatLaws, text } from "./laws.ts"

describe("a whole file", () => {
  test.each([
    ["x\n", { kind: "value", value: "x", others: [] }],
    ["x\r\n", { kind: "value", value: "x", others: [] }],
    ["x", { kind: "value", value: "x", others: [] }],
    [" x \n", { kind: "value", value: " x ", others: [] }],
    ["", { kind: "missing" }],
    ["\n", { kind: "missing" }],
  ])("%j holds its text without the last line ending", (content, found) => {
    expect(file.find(bytes(content), "*")).toEqual(found)
  })

  test.each([
    ["", "new\n"],
    ["old", "new"],
    ["old\n", "new\n"],
    ["old\r\n", "new\r\n"],
  ])("%j keeps its line ending", (before, after) => {
    expect(text(file.put(bytes(before), "*", "new"))).toBe(after)
  })

  test("is empty without its secret", () => {
    expect(text(file.drop(bytes("x\n"), "*"))).toBe("")
  })

  test.each(["a\nb", "a\r", "a\n"])("refuses %j, which is more than one line", (content) => {
    expect(() => file.put(bytes(""), "*", content)).toThrow("a secret file holds one line")
  })

  test("refuses an object", () => {
    expect(() => file.put(bytes(""), "*", { source: "file" })).toThrow("a file entry holds text, not an object")
  })

  test("refuses another locator", () => {
    const message = 'the locator of a whole file is "*", not a text of 5 characters'
    expect(() => file.find(bytes("x"), "token")).toThrow(message)
    expect(() => file.put(bytes("x"), "token", "y")).toThrow(message)
    expect(() => file.drop(bytes("x"), "token")).toThrow(message)
  })

  test("refuses bytes that are no text", () => {
    expect(() => file.find(Uint8Array.of(0xff, 0xfe), "*")).toThrow("is not UTF-8 text")
  })

  test("keeps the laws of formats", () => {
    const line = fc.string({ unit: "grapheme" }).filter((each) => !/[\r\n]/.test(each))
    const before = fc
      .tuple(line, fc.constantFrom("", "\n", "\r\n"))
      .map(([held, ending]) => (held ? held + ending : ""))
    const cases = fc.record({ file: before, locator: fc.constant("*"), content: line.filter((each) => each !== "") })
    formatLaws(file, cases)
  })
})
