import { PlaceError } from "../../core/errors.ts"
import { type Edit, removal } from "../common/edits.ts"
import { position } from "../common/text.ts"
import { spanOf, type UnitLine } from "./lines.ts"

/** A word of a unit's value: its place in the joined line, and its text without quotes and escapes. */
export interface UnitWord {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Splits a line's value into words by the rules of systemd.syntax(7).
 * @throws PlaceError for an open quote and, where `strict`, for an escape that systemd does not know: it drops the rest
 */
export function unitWords(file: string, line: UnitLine, strict: boolean): UnitWord[] {
  const words: UnitWord[] = []
  const held = line.text.slice(0, line.to)
  let at = line.from
  while (at < held.length) {
    const start = at
    const bytes: number[] = []
    let quote = ""
    for (; at < held.length && (quote !== "" || !/[ \t]/.test(held.charAt(at))); ) {
      const character = String.fromCodePoint(held.codePointAt(at) ?? 0)
      const escaped = character === "\\" ? (escapeAt(held, at) ?? unknown(held, at)) : undefined
      if (strict && escaped?.known === false) throw refused(file, line, at, "an escape that systemd does not know")
      if (!escaped && character === quote) quote = ""
      else if (!escaped && quote === "" && /['"]/.test(character)) quote = character
      else bytes.push(...(escaped?.bytes ?? Buffer.from(character)))
      at += escaped?.length ?? character.length
    }
    if (quote !== "") throw refused(file, line, start, "a quote that is never closed")
    words.push({ start, end: at, text: Buffer.from(bytes).toString("utf-8") })
    while (/[ \t]/.test(held.charAt(at))) at++
  }
  return words
}

function refused(file: string, line: UnitLine, at: number, what: string): PlaceError {
  return new PlaceError("unparsable", `${position(file, spanOf(line, at, at + 1).start)}: ${what}`)
}

const letters = "a\x07b\bf\fn\nr\rt\tv\v\\\\\"\"''s "

interface Escape {
  readonly length: number
  readonly bytes: readonly number[]
  readonly known: boolean
}

/** Where it may stand, systemd keeps it as it is, a blank behind the backslash included. */
function unknown(held: string, at: number): Escape {
  const kept = held.slice(at, at + 2)
  return { length: kept.length, bytes: [...Buffer.from(kept)], known: false }
}

function escapeAt(held: string, at: number): Escape | undefined {
  const found = /\\(?:([abfnrtvs"'\\])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y
  found.lastIndex = at
  const match = found.exec(held)
  if (!match) return undefined
  const [all, letter, hex, short, long, octal] = match
  const byte = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : undefined
  if (byte !== undefined) return byte === 0 ? undefined : { length: all.length, bytes: [byte], known: true }
  const code = letter ? undefined : Number.parseInt(short ?? long ?? "", 16)
  if (code !== undefined && (code === 0 || code > 0x10ffff)) return undefined
  const character = code === undefined ? letters.charAt(letters.indexOf(letter ?? "") + 1) : String.fromCodePoint(code)
  return { length: all.length, bytes: [...Buffer.from(character)], known: true }
}

const plain = /^[A-Za-z0-9_./:@%+,=^$~-]+$/

/** A word that systemd reads as `text`; `like` is the word that it replaces, whose quotes are kept. */
export function unitWord(text: string, like = ""): string {
  const quote = /^(['"])[\s\S]*\1$/.exec(like)?.[1] ?? (plain.test(text) ? "" : '"')
  if (quote === "") return text
  return quote + text.replace(/[\\"']/g, (each) => (each === "\\" || each === quote ? `\\${each}` : each)) + quote
}

/** `%%` is a percent sign; `%` and a letter is filled in by systemd, and with a digit it drops the whole: then there is no text. */
export function withoutSpecifiers(text: string): string | undefined {
  const parts = text.split("%%")
  return parts.some((part) => /%[A-Za-z0-9]/.test(part)) ? undefined : parts.join("%")
}

/** Removes the words from `first` to `last`, with the blanks on one side; comments between them are kept. */
export function withoutWords(line: UnitLine, words: readonly UnitWord[], first: number, last = first): Edit[] {
  const previous = words[first - 1]
  const next = words[last + 1]
  const from = previous ? previous.end : (words[first]?.start ?? 0)
  const to = previous ? (words[last]?.end ?? 0) : (next?.start ?? words[last]?.end ?? 0)
  const gaps = spanOf(line, from, to)
  if (!hasComment(line, gaps.start, gaps.end)) return [removal(gaps.start, gaps.end)]
  return words.slice(first, last + 1).map((word) => {
    const span = spanOf(line, word.start, word.end)
    return removal(span.start, span.end)
  })
}

/** Lines that were left out when the line was joined are comments: there the parts do not touch. */
function hasComment(line: UnitLine, start: number, end: number): boolean {
  const { parts } = line
  for (let index = partAt(parts, start); index < parts.length && (parts[index]?.start ?? end) < end; index++) {
    const before = parts[index - 1]
    const part = parts[index]
    if (before && part && before.end < part.start && before.end > start) return true
  }
  return false
}

/** The first part that begins behind an offset; one by one, each word of a long line would go through all of it. */
function partAt(parts: UnitLine["parts"], offset: number): number {
  let [low, high] = [0, parts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((parts[middle]?.start ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}
