import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import { containsSecret } from "../../core/kind.ts"

test.each([
  "/Users/tw/Library/LaunchAgents/ai.openclaw.gateway.plist",
  "/tmp/gatekey-a1B2c3/sandbox/home/Library/LaunchAgents/agent.plist",
  "~/.config/systemd/user/openclaw-gateway.service.d/10-token.conf",
  "/nix/store/0c7lq5dgz1p3m8yv2k4nxw9jb6rhsaif-openclaw-2026.9.6/bin/openclaw",
  "ghcr.io/openclaw/openclaw@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "sha512-k3Xq/Zb8vLw1Rt+Ymh5Gs0Qp7NcFdJ2uEoA4iKxT9lBrHzWgVnSeMyCjPfDaUqO6tIhL==",
  "ws://studio.local:18789",
  "OPENCLAW_GATEWAY_TOKEN of the Gateway in the attic",
  "share/OpenClaw/Resources/GatewayConfiguration/Profile2/Default",
  "7b1f0c1de3f4a5968778695a4b3c2d1e0f9a8b7c",
  "ssh://me@studio.local:22",
  "http://proxy.local:3128/@scope/x:1",
  'curl "https://me:$PASSWORD@h/x?token=$(cat ~/t)"',
  'openclaw gateway status --token="$(cat ~/t)"',
  "--token",
  "the --token argument of its script",
  "https://h/?token=<token>&sort_key=x",
])("finds no secret in %s", (text) => {
  expect(containsSecret(text)).toBe(false)
})

test.each([
  "https://me:x@h/y",
  "redis://:x@h",
  "ws://h:1/?token=x",
  "ws://h/chat#access_token=x",
  "https://h/y?a=b&password=x",
  "ws://h/y;token=x",
  "openclaw gateway status --token=x",
  "--password='x'",
])("finds any value in a secret's position: %s", (text) => {
  expect(containsSecret(text)).toBe(true)
})

function base36(bytes: Buffer): string {
  return BigInt(`0x${bytes.toString("hex")}`).toString(36)
}

/** The text around a pasted token. */
const wrapped = [
  (token: string) => token,
  (token: string) => `secret-token-${token}`,
  (token: string) => `the token: ${token} (new)`,
  (token: string) => `wss://h/?token=${token}`,
  (token: string) => `OPENCLAW_GATEWAY_TOKEN="${token}"`,
]

test.each(["hex", "base36", "base64url", "base64"] as const)(
  "a random token in %s is, whatever stands around it",
  (encoding) => {
    // In base64 one of hundreds has no digit, or slashes that cut it to pieces of words.
    let missed = 0
    for (let run = 0; run < 2000; run++) {
      const token = encoding === "base36" ? base36(randomBytes(32)) : randomBytes(32).toString(encoding)
      if (wrapped.some((wrap) => !containsSecret(wrap(token)))) missed++
    }
    expect(missed).toBeLessThan(encoding === "hex" ? 1 : 100)
  },
)

test("needs time in proportion to the length", () => {
  fc.assert(
    fc.property(fc.constantFrom("a", "a/", "+", "-", "a=", "sha1:", "A1/", "://a:", "?a_", "--token="), (piece) => {
      containsSecret(piece.repeat(300_000))
    }),
    { numRuns: 10 },
  )
}, 120_000)
