import { counted } from "./counted.ts"
import { weakness } from "./strength.ts"

/** What was found where something else was expected, for a message: never the value, which may be a secret in the wrong place. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "object") return "a mapping"
  if (typeof value === "boolean") return String(value)
  if (typeof value !== "string") return `a ${typeof value}`
  if (value === "") return "an empty text"
  const { length } = [...value]
  return `a text of ${counted(length, "character")}`
}

/**
 * Whether a word, or a part of one, is as long and as irregular as a token; commits (40 hex digits), digests of images and
 * folders of Nix are none. Where only a secret stands, in a URL or behind `--token=`, it need not look like one.
 */
export function holdsSecret(text: string): boolean {
  if (seats.some((seat) => seat.test(text))) return true
  const rest = text.replace(/\bsha\d+[:-][a-z0-9+/]+={0,2}/gi, "")
  return forms.some(({ pattern, looksRandom }) =>
    (rest.match(pattern) ?? []).some((word) => looksRandom(word) && weakness(word) === undefined),
  )
}

/** Where nothing but a secret stands, unless a variable or a word in brackets is there in its place. */
const seats: readonly RegExp[] = [
  /:\/\/[^\s/?#@:]*:(?![$<{])[^\s/?#@]+@/,
  /[?&#;](?:[a-z]+[_-])*(?:token|password|passwd|secret|api_?key)=(?![$<{…])[^\s&#"']/i,
  /--(?:token|password)=["']?(?![$<{`"'…])\S/,
]

/** How tokens are written down. */
const forms: readonly { readonly pattern: RegExp; readonly looksRandom: (word: string) => boolean }[] = [
  { pattern: /(?<![0-9a-f])[0-9a-f]{48,}/gi, looksRandom: () => true },
  // What is only hex is judged above.
  { pattern: /(?<![a-z0-9])[a-z0-9]{40,}/g, looksRandom: (word) => /[g-z]/.test(word) && digits(word).length >= 5 },
  { pattern: /(?<![\w+-])[\w+-]{32,}/g, looksRandom: isMixed },
  // A way of folders has its digits in one place.
  {
    pattern: /(?<![\w+/~.:])[a-z0-9+/]{40,}={0,2}(?![\w.:-])/gi,
    looksRandom: (word) => isMixed(word) && digits(word).length >= 3,
  },
]

function isMixed(word: string): boolean {
  return [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(word))
}

function digits(word: string): readonly string[] {
  return word.match(/\d+/g) ?? []
}

/** A name that somebody chose, in a message: a key or a label, unless it is a secret by its looks. */
export function nameOrKind(name: string): string {
  return holdsSecret(name) ? `(${kindOf(name)})` : name
}
