import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { formsOf } from "../../../../survey/collect/values/forms.ts"

const token = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF+/=_-&"\\<~'), minLength: 24, maxLength: 64 })

describe("forms of a token in a file", () => {
  const isFound = (secret: string, text: string) => formsOf(secret).some((form) => text.includes(form.text))

  test("finds it in base64 behind and before any other text", () => {
    fc.assert(
      fc.property(token, fc.string(), fc.string(), (secret, before, after) => {
        const bytes = Buffer.from(`${before}${secret}${after}`)
        expect(isFound(secret, bytes.toString("base64"))).toBe(true)
        expect(isFound(secret, bytes.toString("base64url"))).toBe(true)
      }),
    )
  })

  test("finds it in JSON, in a URL and in XML", () => {
    fc.assert(
      fc.property(token, (secret) => {
        expect(isFound(secret, JSON.stringify({ token: secret }))).toBe(true)
        expect(isFound(secret, JSON.stringify({ token: secret }).replaceAll("/", "\\/"))).toBe(true)
        expect(isFound(secret, `http://127.0.0.1/#token=${encodeURIComponent(secret)}`)).toBe(true)
        const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
        expect(isFound(secret, `<string>${xml}</string>`)).toBe(true)
      }),
    )
  })

  test("says how it is written only if that is another way", () => {
    const [first, ...others] = formsOf("0123456789abcdef0123456789abcdef")
    expect(first).toEqual({ text: "0123456789abcdef0123456789abcdef" })
    expect(new Set(others.map(({ as }) => as))).toEqual(new Set(["base64"]))
  })
})
