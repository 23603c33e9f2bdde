import { BOM } from "../common/text.ts"
import type { Reading } from "../common/variables.ts"

/** An entry of a dotenv file: `start` and `end` are those of its value, quotes included. */
export interface DotenvLine {
  readonly key: string
  readonly lineStart: number
  readonly start: number
  readonly end: number
  readonly quote: Quote
  readonly reading: Reading
}

export type Quote = "" | "'" | '"' | "`"

const head = /[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=|:(?=[ \t]))/y
const blanks = /[ \t]*/y
const rest = /[^\r\n]*/y
// A quoted value may span lines; what else stands behind it makes the quotes ordinary characters.
const quoted = /(?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)(?=[ \t]*(?:#|[\r\n]|$))/y

export function dotenvLines(text: string): DotenvLine[] {
  const lines: DotenvLine[] = []
  let at = text.startsWith(BOM) ? BOM.length : 0
  while (at < text.length) {
    const found = match(head, text, at)
    const line = found && entry(text, at, found[1] ?? "", at + found[0].length)
    if (line) lines.push(line)
    at = (line?.end ?? at) + (match(rest, text, line?.end ?? at)?.[0].length ?? 0) + 1
  }
  return lines
}

function entry(text: string, lineStart: number, key: string, afterSign: number): DotenvLine {
  const start = afterSign + (match(blanks, text, afterSign)?.[0].length ?? 0)
  const raw = match(quoted, text, start)?.[0]
  if (raw !== undefined) {
    // To a shell, what is glued to the closing quote belongs to the value.
    const glued = text.charAt(start + raw.length) === "#" ? match(rest, text, start + raw.length)?.[0] : ""
    const end = start + raw.length + (glued?.length ?? 0)
    return { key, lineStart, start, end, quote: raw.charAt(0) as Quote, reading: unquoted(raw) }
  }
  const line = match(rest, text, start)?.[0] ?? ""
  if (line === "" || (line.startsWith("#") && start > afterSign)) {
    return { key, lineStart, start: afterSign, end: afterSign, quote: "", reading: { text: "" } }
  }
  // A comment begins behind a blank; dotenv ends the value at any `#`, the others do not: all of it is replaced.
  const all = line.replace(/[ \t]+(?:#[\s\S]*)?$/, "")
  const held = all.split("#")[0]?.trim() ?? ""
  return { key, lineStart, start, end: start + all.length, quote: "", reading: unquoted(held) }
}

function unquoted(raw: string): Reading {
  const [, quote = "", held = raw] = /^(['"`])([\s\S]*)\1$/.exec(raw) ?? []
  const lines = held.replace(/\r\n?/g, "\n")
  const text = raw.startsWith('"') ? lines.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : lines
  return (quote === "" || quote === '"' ? expression(text) : undefined) ?? { text }
}

/** A value that is one variable: dotenv keeps it as it is, Compose and a shell put in what the variable holds. */
function expression(text: string): Reading | undefined {
  const found = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?[-=?+]([^{}]*))?\})$/.exec(text)
  if (!found) return undefined
  return found[1] === undefined ? { expression: text } : { expression: text, fallback: found[1] }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
