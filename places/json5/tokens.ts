import type { Token } from "@humanwhocodes/momoa"
import { PlaceError } from "../../core/errors.ts"
import { tooDeep } from "../common/bounds.ts"
import { position } from "../common/text.ts"

/** More than any configuration has, and far less than what overflows the stack. */
const deepest = 500

const number = /^[+-]?(?:0x[\da-f]+|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|Infinity|NaN)$/i

/** Refuses what the parser lets through and the readers of the file do not, and nesting that it would not survive. */
export function checkTokens(text: string, tokens: readonly Token[]): void {
  const open: number[] = []
  for (const { type, loc } of tokens) {
    const start = loc.start.offset
    if (type === "LBrace" || type === "LBracket") open.push(start)
    else if (type === "RBrace" || type === "RBracket") open.pop()
    else if (type === "String") checkString(text, start, loc.end.offset)
    else if (type === "Number" && !number.test(text.slice(start, loc.end.offset))) throw refusal(text, "text", start)
    else if (type === "LineComment") checkComment(text, start, loc.end.offset)
    if (open.length > deepest) throw tooDeep(text, start, deepest)
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined)
    throw new PlaceError(
      "unparsable",
      `is not JSON5: the ${text[unclosed]} at ${position(text, unclosed)} is never closed`,
    )
}

function checkString(text: string, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    if (text[at] === "\n" || text[at] === "\r") throw refusal(text, "line break in a string", at)
    if (text[at] !== "\\") continue
    if (/^\\(?:[1-9]|0\d)/.test(text.slice(at, at + 3))) throw refusal(text, "escape", at)
    at += text.startsWith("\r\n", at + 1) ? 2 : 1
  }
}

/** For JSON5 a comment ends at U+2028 and U+2029 too, for the parser it does not. */
function checkComment(text: string, start: number, end: number): void {
  const separator = text.slice(start, end).search(/[\u2028\u2029]/)
  if (separator >= 0) throw refusal(text, "line separator in a comment", start + separator)
}

function refusal(text: string, what: string, offset: number): PlaceError {
  return new PlaceError("unparsable", `is not JSON5: unexpected ${what} at ${position(text, offset)}`)
}
