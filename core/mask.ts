/**
 * Text with all that looks like a token hidden: a run of 20 or more characters of a token's alphabet that is no name, as
 * names are made of words (`~/.openclaw/gatekey/gateway-token`, `OPENCLAW_GATEWAY_TOKEN`). Rather hides too much: a
 * digest or a UUID as well.
 */
export function maskTokens(text: string): string {
  return text.replace(run, (each) => (isName(each) ? each : "[masked]"))
}

/**
 * The same, and stricter, for what others wrote: of such runs only words without any digit are left, such as
 * `AUTH_TOKEN_MISMATCH`, and nothing of a secret that is named as one, however short.
 */
export function maskStrictly(text: string): string {
  return text
    .replace(named, "$1[masked]")
    .replace(run, (each) => (each.split(/[+/_=-]+/).every((piece) => plain.test(piece)) ? each : "[masked]"))
}

const named = /((?:token|passw(?:or)?d|secret)(?:=|"\s{0,4}:\s{0,4})["']?)(?!null\b|true\b|false\b)[^\s"'&,;[\]{}]+/gi
const plain = /^(?:[A-Z]?[a-z]{0,16}|[A-Z]{0,16})$/
const run = /[A-Za-z0-9+/_=-]{20,}/g
const word = /^(?:(?:[A-Z]?[a-z]{2,}|[A-Z]+)\d{0,5}|\d{1,6}|(?:[A-Z]?[a-z]{2,})+)$/
const longestWord = 20
const longestOdd = 8

/** Words, and at most one short piece that is none, such as that of a temporary folder's name. */
function isName(text: string): boolean {
  const odd = text
    .split(/[+/_=-]+/)
    .filter((piece) => piece.length > 1 && (piece.length > longestWord || !word.test(piece)))
  const hex = /[0-9a-f]{16,}/i.test(text.replaceAll("-", ""))
  return !hex && odd.length <= 1 && odd.every((piece) => piece.length <= longestOdd)
}
