/**
 * Values that documentation and set-up scripts published, and what the products write in a token's place: as good as no
 * token. Those of openclaw's and clawdbot's own documentation are collected from their packages by a test.
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
 * A public default wherever it stands, whatever stands before it. Others are words like any other: `openclaw` is also a
 * program, a user and a project, `token` a mode.
 */
export function isPublicDefaultAnywhere(value: string): boolean {
  return isPublicDefault(value) && /-local-dev$|^your-/i.test(value)
}

/** Why a value is too weak to be a token; nothing when it is strong enough. Never contains the value. */
export function weakness(value: string): string | undefined {
  if (isPublicDefault(value)) return "is a public default"
  const bytes = decodedLength(value)
  if (bytes < minimumBytes) return `has ${bytes} bytes when decoded (at least ${minimumBytes} are needed)`
  if (new Set(value).size < minimumVariety) return `has fewer than ${minimumVariety} different characters`
  if (repeats(value)) return "repeats itself"
  if (runs(value)) return "is a run of successive characters"
  return undefined
}

/** Why a strong value cannot be a token all the same: places would have to quote it, each in its own way. */
export function unusable(value: string): string | undefined {
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

/** `abcabcab`: some text of at most half the length, again and again. */
function repeats(value: string): boolean {
  for (let period = 1; period <= value.length / 2; period++) {
    if (value.startsWith(value.slice(period))) return true
  }
  return false
}

/** `abcdefgh…`, `76543210…`: nearly every character follows from the one before. */
function runs(value: string): boolean {
  let steps = 0
  for (let at = 1; at < value.length; at++) {
    if (Math.abs(value.charCodeAt(at) - value.charCodeAt(at - 1)) <= 1) steps++
  }
  return steps > value.length * 0.75
}
