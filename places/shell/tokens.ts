import { BOM } from "../common/text.ts"
import { behind, behindArithmetic, behindList, behindPart } from "./parts.ts"
import { refusing, type Scan, scanOf, Unclosed } from "./reading.ts"
import type { Token } from "./token.ts"

const blank = /(?:[ \t]|\\\n)*(?:#[^\n]*)?/y
// `(#i)` is a flag of zsh's patterns, not the begin of a list with a comment in it.
const flags = /\(#[a-z0-9,]+\)/iy
const operator =
  /\n|;;&|;&|;;|;|&&|&>>|&>|&|\|\||\|&|\||<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\()|\((?!#[a-z0-9,]+\))|\)/iy
/** What means nothing special within a word. */
const ordinary = /[^ \t\n;&|<>()\\`$'"]+/y

/** Splits a text into tokens; skips comments and the bodies of here-documents. */
export function* shellTokens(text: string): Generator<Token> {
  const scan = scanOf(text, tokensFrom)
  yield* refusing(scan, tokensFrom(scan, text.startsWith(BOM) ? BOM.length : 0))
}

/** For the parts of a word that was read before. */
export function scanOfWord(word: string): Scan {
  return scanOf(word, tokensFrom)
}

function* tokensFrom(scan: Scan, from: number): Generator<Token> {
  const { text } = scan
  let at = from
  let previous = ""
  const bodies: string[] = []
  while (at < text.length) {
    at = behind(blank, text, at)
    if (at >= text.length) break
    const arithmetic = text.startsWith("((", at) ? behindArithmetic(scan, at) : undefined
    const end = arithmetic ?? behind(operator, text, at)
    const kind = arithmetic === undefined && end > at ? "operator" : "word"
    const start = at
    at = end > at ? end : behindWord(scan, at)
    const found: Token = { kind, start, end: at, text: text.slice(start, at) }
    if (kind === "word" && /^<<-?$/.test(previous)) bodies.push(previous + found.text.replace(/['"\\]/g, ""))
    yield found
    previous = found.text
    if (previous === "\n") for (const body of bodies.splice(0)) at = behindBody(text, at, body)
  }
  if (bodies.length > 0) throw new Unclosed(text.length, "here-document")
}

function behindWord(scan: Scan, start: number): number {
  const { text } = scan
  let at = start
  let searched = start
  let hasSign = false
  while (at < text.length) {
    const character = text.charAt(at)
    if ((character === "<" || character === ">") && text.charAt(at + 1) === "(") at = behindList(scan, at + 2)
    else if (/[ \t\n;&|<>)]/.test(character)) break
    else if (character === "(") {
      hasSign ||= text.slice(searched, at).includes("=")
      searched = at
      if (behind(flags, text, at) > at) at = behind(flags, text, at)
      else if (!hasSign && /^\(\s*\)/.test(text.slice(at, at + 80)))
        break // of a function
      else at = behindList(scan, at + 1)
    } else at = Math.max(behind(ordinary, text, at), behindPart(scan, at))
  }
  return at
}

function behindBody(text: string, from: number, body: string): number {
  const tabs = body.startsWith("<<-")
  const delimiter = body.slice(tabs ? 3 : 2)
  for (let at = from; at < text.length; ) {
    const end = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at)
    const line = text.slice(at, end)
    at = Math.min(end + 1, text.length)
    if ((tabs ? line.replace(/^\t+/, "") : line) === delimiter) return at
  }
  throw new Unclosed(from - 1, "here-document")
}
