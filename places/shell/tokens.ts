import { PlaceError } from "../../core/errors.ts"
import { BOM, position } from "../common/text.ts"

/** A word (quotes and expansions included) or an operator (a newline is one) of a POSIX shell, bash or zsh. */
export interface Token {
  readonly kind: "word" | "operator"
  readonly text: string
  readonly start: number
  readonly end: number
}

const blank = /(?:[ \t]|\\\n)*(?:#[^\n]*)?/y
// `(#i)` is a flag of zsh's patterns, not the begin of a list with a comment in it.
const flags = /\(#[a-z0-9,]+\)/iy
const operator =
  /\n|;;&|;&|;;|;|&&|&>>|&>|&|\|\||\|&|\||<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\()|\((?!#[a-z0-9,]+\))|\)/iy

/** The tokens from an offset on; comments and the bodies of here-documents are left out. */
export function* shellTokens(text: string, from = 0): Generator<Token> {
  let at = from === 0 && text.startsWith(BOM) ? BOM.length : from
  let previous = ""
  const bodies: string[] = []
  while (at < text.length) {
    at = behind(blank, text, at)
    if (at >= text.length) break
    const arithmetic = text.startsWith("((", at) ? behindArithmetic(text, at) : undefined
    const end = arithmetic ?? behind(operator, text, at)
    const kind = arithmetic === undefined && end > at ? "operator" : "word"
    const token: Token = { kind, start: at, end: end > at ? end : behindWord(text, at), text: "" }
    const found = { ...token, text: text.slice(token.start, token.end) }
    if (kind === "word" && /^<<-?$/.test(previous)) bodies.push(previous + found.text.replace(/['"\\]/g, ""))
    yield found
    previous = found.text
    at = token.end
    if (previous === "\n") for (const body of bodies.splice(0)) at = behindBody(text, at, body)
  }
  if (bodies.length > 0) throw unclosed(text, text.length, "here-document")
}

/** The offset behind the `)` that closes what was opened before `from`. */
function behindList(text: string, from: number): number {
  const open: string[] = []
  for (const token of shellTokens(text, from)) {
    if (token.kind === "word") {
      if (token.text === "case") open.push("case")
      if (token.text === "esac" && open.at(-1) === "case") open.pop()
    } else if (token.text === "(") open.push("(")
    else if (token.text === ")") {
      if (open.length === 0) return token.end
      if (open.at(-1) === "(") open.pop()
    }
  }
  throw unclosed(text, from - 1, "parenthesis")
}

function behindWord(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const character = text.charAt(at)
    if (/[<>]/.test(character) && text.charAt(at + 1) === "(") at = behindList(text, at + 2)
    else if (/[ \t\n;&|<>)]/.test(character)) break
    else if (behind(flags, text, at) > at) at = behind(flags, text, at)
    else if (character === "(") {
      const isName = !text.slice(start, at).includes("=")
      if (isName && /^\(\s*\)/.test(text.slice(at, at + 80))) break // of a function
      at = behindList(text, at + 1)
    } else at = behindPart(text, at)
  }
  return at
}

/** The offset behind one character of a word, or behind one quoted or expanded part of it. */
export function behindPart(text: string, at: number, inDouble = false): number {
  const character = text.charAt(at)
  const next = text.charAt(at + 1)
  if (character === "\\") return Math.min(at + 2, text.length)
  if (character === "`") return behindQuote(text, at, /`(?:\\[\s\S]|[^`\\])*`/y)
  if (character === "$" && next === "(") {
    return (text.charAt(at + 2) === "(" ? behindArithmetic(text, at + 1) : undefined) ?? behindList(text, at + 2)
  }
  if (character === "$" && next === "{") return behindBraces(text, at, inDouble)
  if (inDouble) return at + 1
  if (character === "$" && next === "'") return behindQuote(text, at, /\$'(?:\\[\s\S]|[^'\\])*'/y)
  if (character === "'") return behindQuote(text, at, /'[^']*'/y)
  return character === '"' ? behindDouble(text, at) : at + 1
}

function behindDouble(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charAt(at) !== '"') at = behindPart(text, at, true)
  if (at >= text.length) throw unclosed(text, start, "quote")
  return at + 1
}

function behindBraces(text: string, start: number, inDouble: boolean): number {
  let at = start + 2
  while (at < text.length && text.charAt(at) !== "}") {
    at = inDouble && text.charAt(at) === '"' ? behindDouble(text, at) : behindPart(text, at, inDouble)
  }
  if (at >= text.length) throw unclosed(text, start, "brace")
  return at + 1
}

/** Behind `((…))`, or undefined where the second parenthesis closes before the first: then it is a list of commands. */
function behindArithmetic(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; ) {
    const character = text.charAt(at)
    if (character === "(") depth++
    if (character === ")" && --depth === 1) return text.charAt(at + 1) === ")" ? at + 2 : undefined
    at = /[()]/.test(character) ? at + 1 : behindPart(text, at)
  }
  return undefined
}

function behindQuote(text: string, at: number, pattern: RegExp): number {
  const end = behind(pattern, text, at)
  if (end === at) throw unclosed(text, at, "quote")
  return end
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
  throw unclosed(text, from - 1, "here-document")
}

function unclosed(text: string, at: number, what: string): PlaceError {
  return new PlaceError("unparsable", `${position(text, at)}: a ${what} is never closed`)
}

function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}
