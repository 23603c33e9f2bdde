import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Secret } from "../../../core/secret.ts"
import { shownLine } from "../../../survey/collect/log.ts"

const bytes = fc.uint8Array({ minLength: 16, maxLength: 48 }).map((each) => Buffer.from(each))
const token = fc.oneof(
  bytes.map((each) => each.toString("hex")),
  bytes.map((each) => each.toString("base64")),
  bytes.map((each) => each.toString("base64url")),
  fc.stringMatching(/^[A-Za-z0-9+/_=-]{20,64}$/),
)
/** Words as names are made of. */
const areWords = (text: string) =>
  text.split(/[+/_=-]+/).every((piece) => /^(?:[A-Z]?[a-z]{0,16}|[A-Z]{0,16})$/.test(piece))

describe("a log's line", () => {
  it("never shows a known token, however short or odd it is", () => {
    const known = fc.string({ minLength: 4, maxLength: 40, unit: "binary" }).filter((text) => text.trim() !== "")
    fc.assert(
      fc.property(known, fc.string(), fc.string(), (value, before, after) => {
        const clean = shownLine(`${before}${value}${after}`, [new Secret(value)])
        // What is around it may be the same by chance, in pieces of the mark itself.
        expect(
          clean.replaceAll("[token]", "").replaceAll("[masked]", "").includes(value) &&
            !(before + after).includes(value),
        ).toBe(false)
      }),
    )
  })

  it("hides whatever has a token's form, known or not", () => {
    fc.assert(
      fc.property(token, (value) => {
        fc.pre(!areWords(value))
        expect(shownLine(`unauthorized (token ${value}) conn=1`, [])).toBe("unauthorized (token [masked]) conn=1")
      }),
    )
  })

  it.each(["detail=AUTH_DEVICE_TOKEN_MISMATCH", "gateway/ws/unauthorized/connect", "device-pairing-pruned-superseded"])(
    "leaves words: %s",
    (line) => expect(shownLine(line, [])).toBe(line),
  )

  it("has neither colours nor anything that moves a cursor", () => {
    expect(shownLine("\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u202e", [])).toBe(
      "red \\u{1b}]0;title\\u{7} \\u{202e}",
    )
  })
})
