import { PlaceError } from "../../core/errors.ts"
import { BOM, position } from "../common/text.ts"

/** An assignment of an EnvironmentFile: `start` and `end` are those of its value, quotes included. */
export interface EnvironmentLine {
  readonly key: string
  readonly value: string
  readonly keyStart: number
  readonly start: number
  readonly end: number
}

/** Finds the assignments as systemd reads them: comments only at the beginning of a line, values that span lines. */
export function environmentLines(text: string): EnvironmentLine[] {
  const nul = text.indexOf("\0")
  if (nul >= 0) throw new PlaceError("unparsable", `${position(text, nul)}: a NUL character, systemd refuses the file`)
  const lines: EnvironmentLine[] = []
  let at = text.startsWith(BOM) ? BOM.length : 0
  while (at < text.length) {
    at = behind(/[ \t\r\n]*/y, text, at)
    if (/[#;]/.test(text.charAt(at))) {
      at = behindComment(text, at)
      continue
    }
    const sign = behind(/[^\r\n][^=\r\n]*/y, text, at)
    if (text.charAt(sign) !== "=") {
      at = sign + 1
      continue
    }
    const line = assignment(text, at, sign)
    lines.push(line)
    at = line.end
    // Blanks behind the value: not part of it, and no key.
    at = behind(/[ \t]*/y, text, at)
  }
  return lines
}

// Up to version 253 systemd takes the line behind such a comment for a part of it, from 254 on it does not.
function behindComment(text: string, at: number): number {
  const end = behind(/(?:\\[^\r\n]|[^\\\r\n])*/y, text, at)
  if (/^\\(?:\r(?!\n)|\n)[ \t]*[^\s#;]/.test(text.slice(end))) {
    const where = position(text, end)
    throw new PlaceError("unparsable", `${where}: a comment ends in a backslash, versions of systemd differ: remove it`)
  }
  return end + 1
}

function assignment(text: string, keyStart: number, sign: number): EnvironmentLine {
  const start = behind(/[ \t]*/y, text, sign + 1)
  const { value, end } = read(text, start)
  return { key: text.slice(keyStart, sign).trim(), value, keyStart, start, end }
}

/** Quotes mean something only before the first other character; there may be several quoted parts. */
function read(text: string, start: number): { value: string; end: number } {
  let value = ""
  let end = start
  let keep = 0 // characters of the value that are not blanks at its end
  let bare = false
  for (let at = start; at < text.length && !isEnding(text.charAt(at)); ) {
    const character = text.charAt(at)
    if (character === "\\") {
      const next = text.charAt(at + 1)
      bare = true
      value += isEnding(next) ? "" : next
      keep = value.length
      at = end = Math.min(at + 2, text.length)
    } else if (!bare && (character === "'" || character === '"')) {
      const part = quotedPart(text, at)
      value += part.value
      keep = value.length
      at = end = part.end
    } else if (/[ \t]/.test(character)) {
      if (bare) value += character
      at++
    } else {
      bare = true
      value += character
      keep = value.length
      at = end = at + 1
    }
  }
  return { value: value.slice(0, keep), end }
}

function quotedPart(text: string, start: number): { value: string; end: number } {
  const pattern = text.charAt(start) === "'" ? /'([^']*)'/y : /"((?:\\[\s\S]|[^"\\])*)"/y
  pattern.lastIndex = start
  const found = pattern.exec(text)
  if (!found) throw new PlaceError("unparsable", `${position(text, start)}: a quote is never closed`)
  const held = found[1] ?? ""
  const value = text.charAt(start) === "'" ? held : held.replace(/\\(?:(["\\`$])|\n)/g, "$1")
  return { value, end: start + found[0].length }
}

function isEnding(character: string): boolean {
  return character === "\n" || character === "\r"
}

function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}
