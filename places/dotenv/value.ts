import { behindTail, isTerminator } from "./scan.ts"

/**
 * Finds the offset behind the quote that closes the one at `first`: the next one without a backslash before it, else the last
 * one before that with a backslash. Only one that nothing but a comment follows on its line.
 */
export function behindClosing(text: string, first: number): number | undefined {
  const quote = text.charAt(first)
  const escaped: number[] = []
  let at = text.indexOf(quote, first + 1)
  for (; at >= 0 && text.charAt(at - 1) === "\\"; at = text.indexOf(quote, at + 1)) escaped.push(at)
  const candidates = [...(at < 0 ? [] : [at]), ...escaped.reverse()]
  const closing = candidates.find((each) => behindTail(text, each + 1) !== undefined)
  return closing === undefined ? undefined : closing + 1
}

/** Decodes a raw value, quotes included, as dotenv does. */
export function decoded(raw: string): string {
  const held = raw.replace(/\r\n?/g, "\n").trim()
  const bare = withoutQuotes(held)
  return held.startsWith('"') ? bare.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : bare
}

/** Removes the quotes like `/^(['"`])([\s\S]*)\1$/mg`, in linear time: a pair of quotes counts where it begins and ends a line. */
function withoutQuotes(held: string): string {
  const opening = /^['"`]/gm
  const closings = new Map<string, number>()
  let result = ""
  let at = 0
  for (let found = opening.exec(held); found; found = opening.exec(held)) {
    const [quote] = found
    const last = closings.get(quote) ?? lastClosing(held, quote)
    closings.set(quote, last)
    if (last <= found.index) continue
    result += held.slice(at, found.index) + held.slice(found.index + 1, last)
    at = opening.lastIndex = last + 1
  }
  return result + held.slice(at)
}

function lastClosing(held: string, quote: string): number {
  let at = held.lastIndexOf(quote)
  while (at >= 0 && at + 1 < held.length && !isTerminator(held.charAt(at + 1))) {
    at = at === 0 ? -1 : held.lastIndexOf(quote, at - 1)
  }
  return at
}
