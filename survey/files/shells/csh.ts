import { refuseLargeText, refuseNul } from "../../../places/common/bounds.ts"
import type { Command } from "../../../places/shell/commands.ts"
import { asCommand, commandsBy, type Part, unclosed, type Word } from "./words.ts"

const largest = 2 * 1024 * 1024

/** Parses the commands of a csh or tcsh file; `if (…) command` is two. */
export function cshCommands(text: string): Command[] {
  refuseLargeText(text, largest)
  refuseNul(text)
  return commandsBy({ part, ends: /[\n;&|()]/, endsWord: /[ \t\n;&|()<>#]/ }, text).map((words) =>
    asCommand(normalizeSetenv(words)),
  )
}

/** Normalizes `setenv`: with more than one value it sets nothing and ends the file; a quoted name may be another one. */
function normalizeSetenv(words: readonly Word[]): readonly Word[] {
  const [name, ...rest] = words
  if (name?.text !== "setenv") return words
  const isPlain = name.end - name.start === name.text.length
  return [
    name,
    ...(rest.length > 2 ? [] : rest.map((word, at) => (at === 1 && !isPlain ? { ...word, whole: false } : word))),
  ]
}

function part(text: string, at: number, first: boolean): Part {
  const character = text.charAt(at)
  const next = text.charAt(at + 1)
  switch (character) {
    case "\\":
      return next === "\n" ? { text: " ", end: at + 2 } : { text: next, end: at + 2 }
    case "'":
    case '"':
      return inQuotes(text, at, character)
    case "`":
      return { text: undefined, end: behindQuote(text, at, "`") }
    case "$":
      return { text: /^[ \t\n]?$/.test(next) ? "$" : undefined, end: at + 1 }
    case "!":
      return { text: isEvent(next) ? undefined : "!", end: at + 1 }
    case "*":
    case "?":
    case "[":
    case "{":
      return { text: undefined, end: at + 1 }
    default: {
      const isOwn = first && (character === "~" || (character === "=" && /[\d-]/.test(next)))
      return { text: isOwn ? undefined : character, end: at + 1 }
    }
  }
}

/** Checks for a history event, which csh expands even in quotes; without a match the file ends. */
function isEvent(next: string): boolean {
  return !/^[ \t\n=(]?$/.test(next)
}

function inQuotes(text: string, start: number, quote: string): Part {
  const end = behindQuote(text, start, quote)
  const held = text.slice(start + 1, end - 1)
  const isFilled = (quote === '"' && /[$`]/.test(held)) || /(?<!\\)!(?![ \t\n=(]|$)/.test(held)
  return { text: isFilled ? undefined : held.replace(/\\([!\n])/g, "$1"), end }
}

function behindQuote(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === quote) return at + 1
    if (character === "\n" && text.charAt(at - 1) !== "\\") break
  }
  throw unclosed(text, start, "quote")
}
