import { PlaceError } from "../../core/errors.ts"
import { refuseNul } from "../common/bounds.ts"
import { type Edit, removal } from "../common/edits.ts"
import { BOM, position } from "../common/text.ts"

/** A line of a unit as systemd reads it: continuation lines joined, comments between them skipped. */
export interface UnitLine {
  readonly section: string
  readonly key: string
  /** The joined text; the value is in it from `from` to `to`. */
  readonly text: string
  readonly from: number
  readonly to: number
  /** For each character of `text`, its offset in the file. */
  readonly at: readonly number[]
  /** The lines of the file that it was joined from, endings included. */
  readonly parts: readonly Part[]
}

interface Part {
  readonly start: number
  readonly end: number
}

/** The lines of a unit that are assignments or headers of a section (those have no key). */
export function unitLines(text: string): UnitLine[] {
  refuseNul(text)
  const lines: UnitLine[] = []
  let section = ""
  let parts: Part[] = []
  // Joined at the end: to join each time would go through all of a long line for each of its parts.
  let pieces: string[] = []
  let at: number[] = []
  const finish = () => {
    const line = read(text, section, pieces.join(""), at, parts)
    if (line) {
      section = line.section
      lines.push(line)
    }
    parts = []
    pieces = []
    at = []
  }
  for (const part of partsOf(text)) {
    const held = text.slice(part.start, part.end).replace(/[\r\n]+$/, "")
    if (/^[ \t]*[#;]/.test(held)) continue
    parts.push(part)
    for (let offset = 0; offset < held.length; offset++) at.push(part.start + offset)
    const goesOn = (held.length - ending(held, "\\")) % 2 === 1
    pieces.push(goesOn ? `${held.slice(0, -1)} ` : held)
    if (!goesOn) finish()
  }
  if (parts.length > 0) finish()
  return lines
}

function partsOf(text: string): Part[] {
  const start = text.startsWith(BOM) ? BOM.length : 0
  return [...text.slice(start).matchAll(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g)].map((found) => ({
    start: start + found.index,
    end: start + found.index + found[0].length,
  }))
}

/** Where the run of these characters begins in which a text ends. */
function ending(text: string, characters: string): number {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return end
}

function read(text: string, section: string, joined: string, at: number[], parts: Part[]): UnitLine | undefined {
  const trimmed = joined.trim()
  const rest = { text: joined, at, parts }
  if (trimmed.startsWith("[")) {
    const name = /^\[(.*)\]$/.exec(trimmed)?.[1]
    if (name !== undefined) return { ...rest, section: name, key: "", from: 0, to: 0 }
    throw new PlaceError("unparsable", `${position(text, parts[0]?.start ?? 0)}: the header of a section has no "]"`)
  }
  const sign = joined.indexOf("=")
  if (sign < 0) return undefined
  const to = ending(joined, " \t")
  const from = sign + 1 + (/^[ \t]*/.exec(joined.slice(sign + 1))?.[0].length ?? 0)
  return { ...rest, section, key: joined.slice(0, sign).trim(), from: Math.min(from, to), to }
}

/** The values of a key in [Service], and whether a later empty one takes them back. */
export function settingsOf(lines: readonly UnitLine[], key: string): { line: UnitLine; counts: boolean }[] {
  const all = lines.filter((line) => line.section === "Service" && line.key === key)
  const reset = all.findLastIndex((line) => line.from >= line.to)
  return all.map((line, index) => ({ line, counts: index > reset }))
}

/** Returns the offsets in the file of the characters from `from` to `to` of a line. */
export function spanOf(line: UnitLine, from: number, to: number): Part {
  const start = line.at[from] ?? (line.at.at(-1) ?? 0) + 1
  return { start, end: to > from ? (line.at[to - 1] ?? start) + 1 : start }
}

/** Removes a line; comments inside it are kept. */
export function withoutLine(line: UnitLine): Edit[] {
  return line.parts.map((part) => removal(part.start, part.end))
}

/** The end of the last line of the file that a line was joined from, its ending included. */
export function endOf(line: UnitLine): number {
  return line.parts.at(-1)?.end ?? 0
}
