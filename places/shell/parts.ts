import { tooDeep } from "../common/bounds.ts"
import { deepest, nested, type Scan, Unclosed } from "./reading.ts"

/** Finds the offset behind the `)` that closes what was opened before `from`. */
export function behindList(scan: Scan, from: number): number {
  return nested(scan, "(", from, () => {
    const open: string[] = []
    for (const token of scan.tokensFrom(scan, from)) {
      if (token.kind === "word") {
        if (token.text === "case") open.push("case")
        if (token.text === "esac" && open.at(-1) === "case") open.pop()
      } else if (token.text === "(") open.push("(")
      else if (token.text === ")") {
        if (open.length === 0) return token.end
        if (open.at(-1) === "(") open.pop()
      }
    }
    throw new Unclosed(from - 1, "parenthesis")
  })
}

/** Finds the offset behind one character of a word, or behind one quoted or expanded part of it. */
export function behindPart(scan: Scan, at: number, inDouble = false): number {
  const { text } = scan
  const character = text.charAt(at)
  if (character === "\\") return Math.min(at + 2, text.length)
  if (character === "`") return behindQuote(text, at, at + 1, "`")
  if (character === "$") {
    const next = text.charAt(at + 1)
    if (next === "(") {
      const arithmetic = text.charAt(at + 2) === "(" ? behindArithmetic(scan, at + 1) : undefined
      return arithmetic ?? behindList(scan, at + 2)
    }
    if (next === "{") return behindBraces(scan, at, inDouble)
    if (next === "'" && !inDouble) return behindQuote(text, at, at + 2, "'")
  }
  if (inDouble) return at + 1
  if (character === "'") {
    const end = text.indexOf("'", at + 1)
    if (end < 0) throw new Unclosed(at, "quote")
    return end + 1
  }
  return character === '"' ? behindDouble(scan, at) : at + 1
}

function behindDouble(scan: Scan, start: number): number {
  return nested(scan, '"', start, () => {
    let at = start + 1
    while (at < scan.text.length && scan.text.charAt(at) !== '"') at = behindPart(scan, at, true)
    if (at >= scan.text.length) throw new Unclosed(start, "quote")
    return at + 1
  })
}

function behindBraces(scan: Scan, start: number, inDouble: boolean): number {
  const { text } = scan
  return nested(scan, inDouble ? '"{' : "{", start, () => {
    let at = start + 2
    while (at < text.length && text.charAt(at) !== "}") {
      at = inDouble && text.charAt(at) === '"' ? behindDouble(scan, at) : behindPart(scan, at, inDouble)
    }
    if (at >= text.length) throw new Unclosed(start, "brace")
    return at + 1
  })
}

/** Finds the offset behind `((…))`; undefined if the second parenthesis closes before the first: then it is a list of commands. */
export function behindArithmetic(scan: Scan, start: number): number | undefined {
  const inner = start + 1
  if (!scan.closing.has(inner)) match(scan, inner)
  const end = scan.closing.get(inner)
  return end !== undefined && scan.text.charAt(end) === ")" ? end + 1 : undefined
}

/** Finds where a parenthesis of arithmetic is closed, and each that is opened within. */
function match(scan: Scan, first: number): void {
  const { text, closing } = scan
  const open: number[] = []
  if (scan.depth >= deepest) throw tooDeep(text, first, deepest)
  scan.depth++
  scan.attempts++
  try {
    for (let at = first; at < text.length; ) {
      const character = text.charAt(at)
      if (character === "(") open.push(at)
      if (character === ")") closing.set(open.pop() ?? first, at + 1)
      if (open.length === 0) return
      at = character === "(" || character === ")" ? at + 1 : behindPart(scan, at)
    }
  } catch (error) {
    if (!(error instanceof Unclosed)) throw error
  } finally {
    scan.attempts--
    scan.depth--
    for (const at of open) closing.set(at, undefined)
  }
}

function behindQuote(text: string, start: number, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === quote) return at + 1
    if (character === "\\") at++
  }
  throw new Unclosed(start, "quote")
}

export function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}
