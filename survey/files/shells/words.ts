import { PlaceError } from "../../../core/errors.ts"
import { quoteForShell } from "../../../core/shell.ts"
import { position } from "../../../places/common/text.ts"
import type { Command } from "../../../places/shell/commands.ts"
import type { Token } from "../../../places/shell/token.ts"

/** A word as its shell reads it: `text` ends at the first expansion. */
export interface Word {
  readonly text: string
  readonly whole: boolean
  readonly start: number
  readonly end: number
}

/** The syntax of another shell family; each part is parsed at an offset. */
export interface Grammar {
  /** Parses one part of a word: a character, a quoted string, or an expansion. */
  readonly part: (text: string, at: number, first: boolean) => Part
  /** The characters that end a command. */
  readonly ends: RegExp
  /** The characters that end a word. */
  readonly endsWord: RegExp
}

export interface Part {
  /** Undefined for an expansion. */
  readonly text: string | undefined
  readonly end: number
}

/** Parses the commands of a text, without redirections and comments. */
export function commandsBy({ part, ends, endsWord }: Grammar, text: string): Word[][] {
  const commands: Word[][] = [[]]
  let isTarget = false
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at)
    const words = commands.at(-1) as Word[]
    if (character === " " || character === "\t" || character === "\r") at++
    else if (text.startsWith("\\\n", at)) at += 2
    else if (character === "#") at = lineEnd(text, at)
    else if (ends.test(character)) {
      if (words.length > 0) commands.push([])
      isTarget = false
      at++
    } else if (character === "<" || character === ">") {
      if (words.at(-1)?.end === at && /^\d$/.test(words.at(-1)?.text ?? "")) words.pop()
      while (/[<>&?!]/.test(text.charAt(at))) at++
      isTarget = true
    } else {
      const word = wordAt(text, at, part, endsWord)
      if (!isTarget) words.push(word)
      isTarget = false
      at = word.end
    }
  }
  return commands.filter((words) => words.length > 0)
}

function wordAt(text: string, start: number, part: Grammar["part"], endsWord: RegExp): Word {
  const parts: string[] = []
  let whole = true
  let at = start
  while (at < text.length && (at === start || !endsWord.test(text.charAt(at)))) {
    const found = part(text, at, at === start)
    if (found.text === undefined) whole = false
    else if (whole) parts.push(found.text)
    at = found.end
  }
  return { text: parts.join(""), whole, start, end: at }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at)
  return end < 0 ? text.length : end
}

export function unclosed(text: string, at: number, what: string): PlaceError {
  return new PlaceError("unparsable", `${position(text, at)}: a ${what} is never closed`)
}

/** Returns the words in sh syntax, with an expansion for each unknown part. */
export function asCommand(words: readonly Word[]): Command {
  const tokens = words.map(({ text, whole, start, end }): Token => {
    const [, name = "", value = ""] = /^([\w-]+=|)(.*)$/s.exec(text) ?? []
    const written = name + (/^[\w./:=@%+,-]*$/.test(value) ? value : quoteForShell(value))
    return { kind: "word", start, end, text: whole ? written : `${written}"$x"` }
  })
  const end = words.at(-1)?.end ?? 0
  return { words: tokens, end, before: undefined, after: undefined, depth: 0, apart: false }
}
