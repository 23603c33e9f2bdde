import { behind, behindSpace, behindTail, endOfDotenvLine } from "./scan.ts"
import { behindClosing, decoded } from "./value.ts"

/** An entry of a dotenv file: `start` and `end` are those of what a new value replaces, quotes included. */
export interface DotenvLine {
  readonly key: string
  /** Where `export` or the key is. */
  readonly lineStart: number
  readonly start: number
  readonly end: number
  /** What a new value needs before it. */
  readonly lead: "" | " "
  readonly quote: Quote
  readonly value: string
  /** The value is a whole line of its own behind a `key:`, and may well be another entry. */
  readonly isNextLine: boolean
}

export type Quote = "" | "'" | '"' | "`"

/** A key with its sign; `from`: where dotenv looks for the value. */
interface Head {
  readonly key: string
  readonly lineStart: number
  readonly behindSign: number
  readonly from: number
}

/** Finds the entries as npm's dotenv 17 does, whose pattern takes quadratic time for some files, but in linear time. */
export function dotenvLines(text: string): DotenvLine[] {
  const lines: DotenvLine[] = []
  for (let at = 0; at < text.length; ) {
    const start = behindSpace(text, at)
    const head = headAt(text, start)
    const found = head && entryAt(text, head)
    if (found) lines.push(found.line)
    at = endOfDotenvLine(text, found?.behind ?? start) + 1
  }
  return lines
}

function headAt(text: string, lineStart: number): Head | undefined {
  const end = behindWord(text, lineStart)
  if (end === lineStart) return undefined
  const next = behindSpace(text, end)
  if (next > end && text.slice(lineStart, end) === "export") {
    const exported = signed(text, lineStart, next, behindWord(text, next))
    if (exported) return exported
  }
  return signed(text, lineStart, lineStart, end)
}

function signed(text: string, lineStart: number, keyStart: number, keyEnd: number): Head | undefined {
  if (keyEnd === keyStart) return undefined
  const key = text.slice(keyStart, keyEnd)
  const sign = behindSpace(text, keyEnd)
  if (text.charAt(sign) === "=") return { key, lineStart, behindSign: sign + 1, from: sign + 1 }
  // A colon needs a blank behind it, for which a line ending will do.
  const from = behind(/:(?:\r\n|\s)/y, text, keyEnd)
  return from === keyEnd ? undefined : { key, lineStart, behindSign: keyEnd + 1, from }
}

function behindWord(text: string, at: number): number {
  return behind(/[\w.-]+/y, text, at)
}

interface Entry {
  readonly line: DotenvLine
  /** Where dotenv goes on. */
  readonly behind: number
}

function entryAt(text: string, head: Head): Entry {
  const first = behindSpace(text, head.from)
  const quote = text.charAt(first)
  const closed = quote === "'" || quote === '"' || quote === "`" ? behindClosing(text, first) : undefined
  return closed === undefined ? unquoted(text, head) : quoted(text, head, first, closed)
}

function quoted(text: string, head: Head, first: number, closed: number): Entry {
  const { key, lineStart, behindSign } = head
  // What other readers do not take for blanks is replaced with the value; to a shell, what is glued to the closing
  // quote belongs to it.
  const start = /^[ \t]*$/.test(text.slice(behindSign, first)) ? first : behindSign
  const blanks = behind(/[^\S\r\n\u2028\u2029]*/y, text, closed)
  const glued = text.charAt(closed) === "#" ? endOfDotenvLine(text, closed) : closed
  const end = /^[ \t]*$/.test(text.slice(closed, blanks)) ? glued : blanks
  const value = decoded(text.slice(first, closed))
  const quote = text.charAt(first) as Quote
  const line = { key, lineStart, start, end, lead: leadOf(text, start), quote, value, isNextLine: false } as const
  return { line, behind: behindTail(text, closed) ?? closed }
}

function unquoted(text: string, head: Head): Entry {
  const { key, lineStart, behindSign, from } = head
  const held = behind(/[^#\r\n]*/y, text, from)
  const value = decoded(text.slice(from, held))
  const isNextLine = /[\r\n\u2028\u2029]/.test(text.slice(behindSign, from)) && held > from
  const { start, end } = replaced(text, behindSign, held)
  const line = { key, lineStart, start, end, lead: leadOf(text, start), quote: "", value, isNextLine } as const
  return { line, behind: behindTail(text, held) ?? held }
}

/** Returns the range to replace: a comment begins behind a blank, but dotenv ends the value at any `#`. */
function replaced(text: string, behindSign: number, held: number): { readonly start: number; readonly end: number } {
  const start = behind(/[ \t]*/y, text, behindSign)
  const lineEnd = behind(/[^\r\n]*/y, text, start)
  const all = text.slice(start, Math.min(lineEnd, text.charAt(held) === "#" ? endOfDotenvLine(text, held) : held))
  if (all === "" || (all.startsWith("#") && start > behindSign)) return { start: behindSign, end: behindSign }
  const comment = /[ \t]#/.exec(all)?.index ?? all.length
  return { start, end: start + all.slice(0, comment).replace(/(?<![ \t])[ \t]+$/, "").length }
}

function leadOf(text: string, start: number): "" | " " {
  return text.charAt(start - 1) === ":" ? " " : ""
}
