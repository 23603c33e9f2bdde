/** Finds the offset behind what a sticky pattern matches at `at`; `at` if it matches nothing. */
export function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}

/** Finds the offset behind all that dotenv treats as blank at `at`: line endings, NBSP and a byte order mark are among it. */
export function behindSpace(text: string, at: number): number {
  return behind(/\s*/y, text, at)
}

/** Finds the end of an offset's line: to dotenv U+2028 and U+2029 end one as well. */
export function endOfDotenvLine(text: string, at: number): number {
  return behind(/[^\r\n\u2028\u2029]*/y, text, at)
}

/** Finds the start of an offset's line; a byte order mark is not part of the first line. */
export function startOfDotenvLine(text: string, offset: number): number {
  let at = offset
  while (at > 0 && !isTerminator(text.charAt(at - 1)) && text.charAt(at - 1) !== "\uFEFF") at--
  return at
}

export function isTerminator(character: string): boolean {
  return /[\r\n\u2028\u2029]/.test(character)
}

/**
 * Finds the end of dotenv's match whose value ends at `end`: behind blanks, line endings and one comment.
 * @returns undefined if something else follows, which makes a quoted value an unquoted one
 */
export function behindTail(text: string, end: number): number | undefined {
  const next = behindSpace(text, end)
  if (next === text.length) return next
  if (text.charAt(next) === "#") return endOfDotenvLine(text, next)
  let at = next - 1
  while (at >= end && !isTerminator(text.charAt(at))) at--
  return at < end ? undefined : at
}
