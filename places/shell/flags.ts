import { quoteForShell } from "../../core/shell.ts"
import type { Edit } from "../common/edits.ts"
import type { Occurrence } from "../common/variables.ts"
import { type Command, shellCommands } from "./commands.ts"
import { withoutWord } from "./removal.ts"
import type { Token } from "./token.ts"
import { shellValue } from "./value.ts"

/** `--flag value` and `--flag=value` of every command; what follows the flag is its value, unless it is an option itself. */
export function shellFlags(text: string, flag: string): Occurrence[] {
  return shellCommands(text).flatMap((command) =>
    command.words.flatMap((word, at): Occurrence[] => {
      if (at === 0) return []
      if (word.text.startsWith(`${flag}=`)) return [joined(command, at, word, flag)]
      const value = word.text === flag ? command.words[at + 1] : undefined
      return value && !value.text.startsWith("-") ? [parted(command, at, value)] : []
    }),
  )
}

function joined(command: Command, at: number, word: Token, flag: string): Occurrence {
  const start = word.start + flag.length + 1
  return {
    reading: shellValue(word.text.slice(flag.length + 1)),
    standing: "counts",
    set: (value) => ({ start, end: word.end, text: quoteForShell(value) }),
    remove: [withoutWord(command, at)],
  }
}

function parted(command: Command, at: number, value: Token): Occurrence {
  return {
    reading: shellValue(value.text),
    standing: "counts",
    set: (text) => ({ start: value.start, end: value.end, text: quoteForShell(text) }),
    remove: [both(command, at, value)],
  }
}

/** From behind the word before the flag to the end of its value. */
function both(command: Command, at: number, value: Token): Edit {
  return { ...withoutWord(command, at), end: value.end }
}
