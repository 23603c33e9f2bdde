import { type Edit, removal } from "../common/edits.ts"
import { endOfLine, startOfLine } from "../common/lines.ts"
import type { Command } from "./commands.ts"
import type { Token } from "./tokens.ts"

/** Takes words out of a command that keeps others. */
export function withoutWord(command: Command, word: Token): Edit {
  const index = command.words.indexOf(word)
  const previous = command.words[index - 1]
  const next = command.words[index + 1]
  if (previous) return removal(previous.end, word.end)
  return removal(word.start, next?.start ?? word.end)
}

/**
 * Takes a command out of a script and leaves the script valid: with its line where it stands alone, with one `;` where it
 * stands beside others, and where something needs a command here (`then`, `&&`), `:` is put instead.
 */
export function withoutCommand(text: string, command: Command, end = command.end, after = command.after): Edit {
  const start = command.words[0]?.start ?? end
  const line = startOfLine(text, start)
  const first = text.slice(line, start).trim() === "" && /^[\n;&]?$/.test(command.before?.text ?? "")
  const last = after === undefined || after.text === "\n"
  if (command.depth === 0 && first) {
    const rest = text.slice(end, endOfLine(text, end))
    if (/^[ \t]*;?[ \t]*$/.test(rest)) return removal(line, Math.min(end + rest.length + 1, text.length))
    if (/^[ \t]*;?[ \t]*#/.test(rest)) return removal(line, end + rest.indexOf("#"))
    if (after?.text === ";") return removal(start, after.end + (/^[ \t]*/.exec(text.slice(after.end))?.[0].length ?? 0))
  }
  if (command.before?.text === ";" && (last || after.text === ";")) return removal(command.before.start, end)
  return { start, end, text: ":" }
}
