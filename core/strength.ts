/**
 * Values that documentation and set-up scripts publish, and placeholders of the products: no protection. A test collects those
 * of openclaw's and clawdbot's own documentation from their packages.
 */
const publicDefaults = [
  "clawdbot-local-dev",
  "openclaw-local-dev",
  "moltbot-local-dev",
  "clawdbot",
  "openclaw",
  "changeme",
  "change-me",
  "secret",
  "token",
  "password",
  "your-token-here",
  "your-gateway-token",
  ...["<token>", "<gateway-token>", "<local-gateway-token>", "<your-token>", "<your-gateway-token>"],
  ...[
    "your-token",
    "your_token",
    "your-long-random-token",
    "gateway-token",
    "remote-token",
    "change-me-now",
    "replace-me",
  ],
  ...[
    "replace-with-long-random-token",
    "replace-with-a-long-random-token",
    "__openclaw_redacted__",
    "undefined",
    "null",
  ],
]

const minimumBytes = 24
const minimumVariety = 8

export function isPublicDefault(value: string): boolean {
  return publicDefaults.includes(value.toLowerCase())
}

/**
 * Checks for a public default that is recognised at any position. The others are ordinary words: `openclaw` is also a program,
 * a user and a project, `token` a mode.
 */
export function isPublicDefaultAnywhere(value: string): boolean {
  return isPublicDefault(value) && /-local-dev$|^your-/i.test(value)
}

/** Describes why a value is too weak for a token, without the value. @returns undefined if it is strong enough */
export function describeWeakness(value: string): string | undefined {
  if (isPublicDefault(value)) return "is a public default"
  const bytes = decodedLength(value)
  if (bytes < minimumBytes) return `has ${bytes} bytes when decoded (at least ${minimumBytes} are needed)`
  if (new Set(value).size < minimumVariety) return `has fewer than ${minimumVariety} different characters`
  if (repeats(value)) return "repeats itself"
  if (runs(value)) return "is a run of successive characters"
  return undefined
}

/** Describes why a strong value cannot be a token: each format would have to quote it. @returns undefined if it can */
export function describeUnusable(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return "contains a line break"
  if (/[^\x21-\x7e]/.test(value)) return "contains a space, a control or a non-ASCII character"
  if (value.length > 4096) return "is longer than 4096 characters"
  return undefined
}

function decodedLength(value: string): number {
  if (/^(?:[0-9a-f]{2})+$/i.test(value)) return value.length / 2
  const unpadded = value.replace(/=+$/, "")
  if (/^[A-Za-z0-9+/_-]+$/.test(unpadded)) return Math.floor((unpadded.length * 3) / 4)
  return Buffer.byteLength(value)
}

/** Checks for a repeated part, such as `abcabcab`. */
function repeats(value: string): boolean {
  for (let period = 1; period <= value.length / 2; period++) {
    if (value.startsWith(value.slice(period))) return true
  }
  return false
}

/** Checks for successive characters, such as `abcdefgh…` or `76543210…`. */
function runs(value: string): boolean {
  let steps = 0
  for (let at = 1; at < value.length; at++) {
    if (Math.abs(value.charCodeAt(at) - value.charCodeAt(at - 1)) <= 1) steps++
  }
  return steps > value.length * 0.75
}
