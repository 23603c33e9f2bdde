import type { Edit } from "./edits.ts"

export function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text }
}

export function lineStart(text: string, offset: number): number {
  let at = offset
  while (at > 0 && !isBreak(text[at - 1])) at--
  return at
}

/** Finds the end of the line, before its terminator. */
export function lineEnd(text: string, offset: number): number {
  let at = offset
  while (at < text.length && !isBreak(text[at])) at++
  return at
}

/** Finds the start of the next line. */
export function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset)
  return end + (text.startsWith("\r\n", end) ? 2 : end < text.length ? 1 : 0)
}

/** Finds the indentation of the line of an offset. */
export function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ""
}

/** Checks that only blanks precede it on its line. */
export function opensLine(text: string, offset: number): boolean {
  const at = skipBlanksBack(text, offset)
  return at === 0 || isBreak(text[at - 1])
}

/** Checks that only blanks follow it on its line. */
export function closesLine(text: string, offset: number): boolean {
  const at = skipBlanks(text, offset)
  return at === text.length || isBreak(text[at])
}

export function skipBlanks(text: string, offset: number): number {
  let at = offset
  while (text[at] === " " || text[at] === "\t") at++
  return at
}

export function skipBlanksBack(text: string, offset: number): number {
  let at = offset
  while (text[at - 1] === " " || text[at - 1] === "\t") at--
  return at
}

/** Finds the first line ending of the text. */
export function newlineOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? "\n"
}

function isBreak(character: string | undefined): boolean {
  return character === "\n" || character === "\r"
}
