import { execFileSync } from "node:child_process"
import fc from "fast-check"
import { parseFragment } from "parse5"
import { describe, expect, test } from "vitest"
import { escapeHtml, escapeMarkdown, shellWord, shown } from "../../core/escape.ts"

const runs = { numRuns: 2000 }
const hostile = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ..."\u001b\u0007\u009b\u200b\u202e\u2066\u2028\ufeff\u00ad\u061c\r\n\t\u007f\ud800\udc00",
      ),
    },
    { weight: 2, arbitrary: fc.constantFrom(..."'\"`$\\!*[]()<>|&;#~-_.:@/ {}") },
  ),
  maxLength: 300,
})
// Controls, format characters, separators, lone surrogates; and what turns the direction of text, named one by one.
const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

describe("foreign text", () => {
  test.each([
    ["plain text, é → 🙂", "plain text, é → 🙂"],
    ["\\u{1b}[2Jgone", "\u001b[2Jgone"],
    ["a\\u{d}\\u{a}b\\u{9}c", "a\r\nb\tc"],
    ["\\u{202e}gnp.exe", "\u202egnp.exe"],
    ["zero\\u{200b}width", "zero\u200bwidth"],
    ["\\u{9b}31m", "\u009b31m"],
    ["half \\u{d83d}", "half \ud83d"],
    ["\\u{e0041}tag", "\u{e0041}tag"],
  ])("is shown as %s", (visible, text) => {
    expect(shown(text)).toBe(visible)
  })

  test("is truncated if it is too long", () => {
    expect(shown("x".repeat(201))).toBe(`${"x".repeat(200)}…`)
    expect(shown("x".repeat(200))).toBe("x".repeat(200))
    expect(shown("abcdef", 3)).toBe("abc…")
  })

  test("never contains a control, format, bidi or half character, wherever it is truncated", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 320 }), (text, limit) => {
        expect(shown(text, limit)).not.toMatch(dangerous)
      }),
      runs,
    )
  })
})

describe("a shell's word", () => {
  test.each([
    ["plain", "plain"],
    ["/a/b.c:1@x=%+,-_", "/a/b.c:1@x=%+,-_"],
    ["", "''"],
    ["two words", "'two words'"],
    ["it's", "'it'\\''s'"],
    ["-rf", "'-rf'"],
    ["~/x", "'~/x'"],
    ["$(id)", "'$(id)'"],
  ])("%j is %s", (text, word) => {
    expect(shellWord(text)).toBe(word)
  })

  test("is unchanged after a real shell", () => {
    const word = fc.string({ unit: "binary", maxLength: 30 }).filter((text) => !text.includes("\0"))
    const tricky = fc.string({ unit: fc.constantFrom(..."'\"`$\\!*[]()<>|&;#~-= \n\té🙂"), maxLength: 30 })
    const texts = fc.sample(fc.oneof(word, tricky), 2000)
    const script = `printf '%s\\0' ${texts.map(shellWord).join(" ")}`
    // Of all that is dangerous a line's end alone is kept, where it is the last of a word.
    expect(dangerous.test(script.replaceAll(/\n+"/g, '"'))).toBe(false)
    const output = execFileSync("/bin/sh", ["-s"], { input: script, maxBuffer: 1e8 }).toString("utf8")
    expect(output.split("\0").slice(0, -1)).toEqual(texts)
  })
})

describe("text in Markdown", () => {
  test("has no markup of its own, and is displayed unchanged", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = escapeMarkdown(text)
        expect(written).not.toMatch(dangerous)
        expect(written.replace(/&#\d+;/g, "")).not.toMatch(/[\\`*_{}[\]()#+\-.!|<>&~$:@/]/)
        expect(written.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(shown(text))
      }),
      runs,
    )
  })

  test.each([
    ["[x](javascript:1)", "&#91;x&#93;&#40;javascript&#58;1&#41;"],
    ["a|b", "a&#124;b"],
    ["<img>", "&#60;img&#62;"],
    ["@team", "&#64;team"],
  ])("%s does nothing", (text, written) => {
    expect(escapeMarkdown(text)).toBe(written)
  })
})

describe("text in HTML", () => {
  test("stays text for a real parser, in an element and in an attribute between either quotes", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = escapeHtml(text)
        expect(written).not.toMatch(dangerous)
        const { childNodes } = parseFragment(`<p title="${written}" class='${written}'>${written}</p><i></i>`)
        expect(childNodes).toMatchObject([
          {
            tagName: "p",
            attrs: [
              { name: "title", value: shown(text) },
              { name: "class", value: shown(text) },
            ],
            childNodes: shown(text) === "" ? [] : [{ nodeName: "#text", value: shown(text) }],
          },
          { tagName: "i" },
        ])
      }),
      runs,
    )
  })

  test.each([
    ["<script>", "&#60;script&#62;"],
    ['" onload="x', "&#34; onload&#61;&#34;x"],
    ["&amp;", "&#38;amp;"],
  ])("%s does nothing", (text, written) => {
    expect(escapeHtml(text)).toBe(written)
  })
})
