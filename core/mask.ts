/**
 * Masks everything that looks like a token: a run of 20 or more characters of a token's alphabet that is not a name made of
 * words (`~/.openclaw/gatekey/gateway-token`, `OPENCLAW_GATEWAY_TOKEN`). It masks too much rather than too little: a digest
 * or a UUID too.
 */
export function maskTokens(text: string): string {
  return text.replace(run, (each) => (isName(each) ? each : "[masked]"))
}

/**
 * Masks foreign text more strictly: keeps only runs of words without digits, such as `AUTH_TOKEN_MISMATCH`, and masks a value
 * after `token=` or `password=`, however short.
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

/** Checks for a name: words, and at most one short other piece, such as in a temporary folder's name. */
function isName(text: string): boolean {
  const odd = text
    .split(/[+/_=-]+/)
    .filter((piece) => piece.length > 1 && (piece.length > longestWord || !word.test(piece)))
  const hex = /[0-9a-f]{16,}/i.test(text.replaceAll("-", ""))
  return !hex && odd.length <= 1 && odd.every((piece) => piece.length <= longestOdd)
}
