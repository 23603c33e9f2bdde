import { formatCount } from "./counted.ts"
import { describeWeakness } from "./strength.ts"

/** Describes an unexpected value without the value, which may be a misplaced secret. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return "nothing"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "a mapping"
  if (typeof value === "boolean") return String(value)
  if (typeof value !== "string") return `a ${typeof value}`
  if (value === "") return "an empty text"
  const { length } = [...value]
  return `a text of ${formatCount(length, "character")}`
}

/**
 * Checks whether a part of a string is as long and random as a token, except commits (40 hex digits), digests of images and
 * folders of Nix. In a URL's password or after `--token=` any value counts.
 */
export function containsSecret(text: string): boolean {
  if (seats.some((seat) => seat.test(text))) return true
  const rest = text.replace(/\bsha\d+[:-][a-z0-9+/]+={0,2}/gi, "")
  return forms.some(({ pattern, looksRandom }) =>
    (rest.match(pattern) ?? []).some((word) => looksRandom(word) && describeWeakness(word) === undefined),
  )
}

/** Positions of a secret, unless it is a variable or a word in brackets. */
const seats: readonly RegExp[] = [
  /:\/\/[^\s/?#@:]*:(?![$<{])[^\s/?#@]+@/,
  /[?&#;](?:[a-z]+[_-])*(?:token|password|passwd|secret|api_?key)=(?![$<{…])[^\s&#"']/i,
  /--(?:token|password)=["']?(?![$<{`"'…])\S/,
]

/** The forms of tokens. */
const forms: readonly { readonly pattern: RegExp; readonly looksRandom: (word: string) => boolean }[] = [
  { pattern: /(?<![0-9a-f])[0-9a-f]{48,}/gi, looksRandom: () => true },
  // Only hex is checked above.
  { pattern: /(?<![a-z0-9])[a-z0-9]{40,}/g, looksRandom: (word) => /[g-z]/.test(word) && digits(word).length >= 5 },
  { pattern: /(?<![\w+-])[\w+-]{32,}/g, looksRandom: isMixed },
  { pattern: /(?<![\w+/~.:])[a-z0-9+/]{40,}={0,2}(?![\w.:-])/gi, looksRandom: (word) => isBase64(withoutNames(word)) },
]

function isBase64(word: string): boolean {
  return word.length >= 32 && isMixed(word) && digits(word).length >= 3
}

/** Leaves out the folders that a path goes through, such as `LaunchAgents`: between two slashes of base64 stands no such word. */
function withoutNames(word: string): string {
  return word
    .split("/")
    .filter((part) => !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$/.test(part))
    .join("/")
}

function isMixed(word: string): boolean {
  return [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(word))
}

function digits(word: string): readonly string[] {
  return word.match(/\d+/g) ?? []
}

/** Formats a user's name, such as a key or a label, for a message, unless it looks like a secret. */
export function describeName(name: string): string {
  return containsSecret(name) ? `(${describeKind(name)})` : name
}
