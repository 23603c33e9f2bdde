import { createHash, randomBytes } from "node:crypto"
import fc from "fast-check"

/** A token like those that gatekey makes; another one at each call. */
export function strong(): string {
  return randomBytes(32).toString("hex")
}

const bytes = fc.noShrink(fc.uint8Array({ minLength: 32, maxLength: 32 }))

/** Tokens of 32 arbitrary bytes, in the ways in which people write them down. */
export const strongTokens: fc.Arbitrary<string> = fc
  .tuple(bytes.map(spread), fc.constantFrom("hex", "base64", "base64url"))
  .map(([held, encoding]) => held.toString(encoding as BufferEncoding))

/** fast-check likes small numbers; tokens are random in all of their bytes. */
function spread(held: Uint8Array): Buffer {
  return createHash("sha256").update(held).digest()
}

/** Words that set-up guides published as a token. */
export const publicDefaults = ["clawdbot-local-dev", "openclaw-local-dev", "moltbot-local-dev", "changeme"] as const

/** Too short, too plain, or too regular; none is a public default. */
export const weak = {
  short: "k3y-of-11",
  halfHex: () => strong().slice(0, 46),
  plain: "abab".repeat(16),
  // Eight different characters at least, so that nothing else is wrong with it.
  repeated: () => `01234567${strong().slice(0, 8)}`.repeat(4),
} as const
