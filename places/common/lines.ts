import { BOM } from "./text.ts"

/** Finds the start of an offset's line; a byte order mark is not part of the first line. */
export function startOfLine(text: string, offset: number): number {
  let start = offset
  while (start > 0 && !/[\r\n]/.test(text.charAt(start - 1))) start--
  return start === 0 && text.startsWith(BOM) ? BOM.length : start
}

/** Finds the end of an offset's line, without its line ending. */
export function endOfLine(text: string, offset: number): number {
  const rest = text.slice(offset).search(/[\r\n]/)
  return rest < 0 ? text.length : offset + rest
}

/** Finds the offset after a line ending at `offset`. */
export function behindEnding(text: string, offset: number): number {
  if (text.startsWith("\r\n", offset)) return offset + 2
  return offset < text.length && /[\r\n]/.test(text.charAt(offset)) ? offset + 1 : offset
}

/** Finds the file's line ending: the last one. */
export function endingOf(text: string): string {
  return /(\r\n|\n|\r)[^\r\n]*$/.exec(text)?.[1] ?? "\n"
}

/** Formats the text before a new last line: the missing newline, and another one to end a continuation. */
export function joint(text: string, ending: string): string {
  if (text === "" || text === BOM) return ""
  const last = /\\?(\r\n|\n|\r)?$/.exec(text)
  const missing = last?.[1] === undefined ? ending : ""
  return last?.[0].startsWith("\\") ? missing + ending : missing
}

export function appended(text: string, line: string, ending = endingOf(text)): string {
  return text + joint(text, ending) + line + ending
}
