import { type Edit, removal } from "../common/edits.ts"
import { skipBlanks, skipBlanksBack } from "../common/layout.ts"
import { BOM } from "../common/text.ts"
import type { Command } from "./commands.ts"

/** Removes a word from a command that keeps others. */
export function withoutWord({ words }: Command, index: number): Edit {
  const word = words[index]
  const previous = words[index - 1]
  const end = word?.end ?? 0
  if (previous) return removal(previous.end, end)
  return removal(word?.start ?? end, words[index + 1]?.start ?? end)
}

/**
 * Removes a command from a script, which stays valid: with its line if it is alone there, with one `;` if there are others, and
 * replaced by `:` if a command is required there (`then`, `&&`).
 */
export function withoutCommand(text: string, command: Command, end = command.end, after = command.after): Edit {
  const start = command.words[0]?.start ?? end
  const line = skipBlanksBack(text, start)
  const opensLine = line === 0 || isBreak(text, line - 1) || (line === BOM.length && text.startsWith(BOM))
  const first = opensLine && /^[\n;&]?$/.test(command.before?.text ?? "")
  const last = after === undefined || after.text === "\n"
  if (command.depth === 0 && first) {
    const blanks = skipBlanks(text, end)
    const rest = text.charAt(blanks) === ";" ? skipBlanks(text, blanks + 1) : blanks
    if (rest === text.length || isBreak(text, rest)) return removal(line, Math.min(rest + 1, text.length))
    if (text.charAt(rest) === "#") return removal(line, rest)
    if (after?.text === ";") return removal(start, skipBlanks(text, after.end))
  }
  if (command.before?.text === ";" && (last || after.text === ";")) return removal(command.before.start, end)
  return { start, end, text: ":" }
}

function isBreak(text: string, at: number): boolean {
  return text.charAt(at) === "\n" || text.charAt(at) === "\r"
}
