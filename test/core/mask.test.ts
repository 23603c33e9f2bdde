import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { maskStrictly, maskTokens } from "../../core/mask.ts"

const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 })
const encoded = fc
  .tuple(bytes, fc.constantFrom("hex", "base64", "base64url") as fc.Arbitrary<BufferEncoding>)
  // Bytes that are all alike are no token: they would be refused as too weak.
  .filter(([each]) => new Set(each).size > 16)
  .map(([each, encoding]) => Buffer.from(each).toString(encoding))
const around = fc.constantFrom(
  "",
  " ",
  "'",
  '"',
  "TOKEN=",
  "/",
  "-",
  "token: ",
  "Bearer ",
  "https://x/?token=",
  "\u200b",
)

describe("text that looks like a token", () => {
  test("is masked in any context", () => {
    fc.assert(
      fc.property(encoded, around, around, (token, before, after) => {
        const text = maskTokens(`${before}${token}${after}`)
        expect(text).toContain("[masked]")
        const parts = Array.from({ length: token.length - 11 }, (_, at) => token.slice(at, at + 12))
        expect(parts.filter((part) => text.includes(part))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ["a UUID", "1c8b1f0e-52a7-4c3e-9f0d-6a2b7c8d9e0f"],
    ["one in base32", "K5QXGZLOMRSXEZLSMVZXI2LPNZQXE43F"],
    ["one of small letters", "qkzjvhwmxbtrpdlfgnycsaeuoiqkzjvh"],
    ["an API key", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"],
  ])("is masked: %s", (_, token) => {
    expect(maskTokens(`holds ${token}.`)).toBe("holds [masked].")
  })

  test.each([
    "generation 2, the previous token (fp:1f3a9c07)",
    "the public default clawdbot-local-dev",
    "OPENCLAW_GATEWAY_TOKEN",
    "/Users/me/Library/LaunchAgents/ai.openclaw.gateway.plist",
    "/tmp/gatekey-fleet-d2nUXN/studio/.openclaw/gatekey/gateway-token",
    "docker update --restart=no clawdbot-gateway-secure && docker stop clawdbot-gateway-secure",
    "not an advertised address: ssh://me@tw.local:2222",
  ])("is not a name or sentence: %s", (text) => {
    expect(maskTokens(text)).toBe(text)
  })
})

test.each([
  ["auth failed token=abc, retry", "auth failed token=[masked], retry"],
  ['{"password": "x1", "port": 1}', '{"password": "[masked]", "port": 1}'],
  ["GET /?access_token=k&a=b", "GET /?access_token=[masked]&a=b"],
  ["token=[token] token: mismatch", "token=[token] token: mismatch"],
  ['{"token":null,"secret":{"id":1}}', '{"token":null,"secret":{"id":1}}'],
])("masks a named secret in foreign text: %s", (text, shown) => {
  expect(maskStrictly(text)).toBe(shown)
})
