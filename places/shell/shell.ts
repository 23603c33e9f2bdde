import { PlaceError } from "../../core/errors.ts"
import type { Edit } from "../common/edits.ts"
import { appended } from "../common/lines.ts"
import { BOM, position } from "../common/text.ts"
import { type Occurrence, refuseNoName, variables } from "../common/variables.ts"
import type { Format } from "../format.ts"
import { type Command, shellCommands } from "./commands.ts"
import { assignmentOf, effectOf } from "./exports.ts"
import { shellFlags } from "./flags.ts"
import { withoutCommand, withoutWord } from "./removal.ts"
import type { Token } from "./tokens.ts"
import { quoted, shellValue } from "./value.ts"

/**
 * A file that sh, bash or zsh sources, or a script of theirs: the locator is a variable that it exports, or a `--flag` of
 * the commands in it. A carriage return is an ordinary character to them: it belongs to a value before it,
 * and a new line never gets one.
 */
export const shell: Format = variables({
  name: "shell",
  refuseLocator,
  occurrences: (text, locator) => (isFlag(locator) ? shellFlags(text, locator) : occurrences(text, locator)),
  add(text, locator, value) {
    if (!isFlag(locator)) return appended(text, `export ${locator}=${quoted(value)}`, "\n")
    throw new PlaceError("wrong-shape", `no command here has ${locator}`)
  },
})

function isFlag(locator: string): boolean {
  return /^--[a-z][a-z-]*$/.test(locator)
}

function refuseLocator(locator: string): void {
  if (!isFlag(locator)) refuseNoName(locator)
}

function occurrences(text: string, name: string): Occurrence[] {
  const commands = shellCommands(text)
  let found: Occurrence[] = []
  let exported = false
  for (const [index, command] of commands.entries()) {
    const effect = effectOf(command)
    if (!effect) continue
    const words = effect.words.filter((word) => assignmentOf(word)?.name === name)
    const names = words.length > 0 || effect.words.some((word) => word.text === name)
    if (!command.apart) {
      if (effect.kind === "all" || (effect.kind === "export" && names)) exported = true
      if (effect.kind === "unset" && names) {
        exported = false
        found = found.map((each) => ({ ...each, standing: each.standing === "counts" ? "idle" : each.standing }))
      }
    }
    const removals = removalsOf(text, command, commands[index + 1], effect.words, words, name)
    for (const [nth, word] of words.entries()) {
      found.push({
        reading: shellValue(word.text.slice(word.text.indexOf("=") + 1)),
        standing: command.apart ? "apart" : marked(text, command) ? "idle" : "counts",
        set: (value) => ({ start: signOf(text, word), end: word.end, text: `=${quoted(value)}` }),
        remove: removals[nth] ?? [],
      })
    }
  }
  if (exported) return found
  return found.map((each) => ({ ...each, standing: each.standing === "counts" ? "idle" : each.standing }))
}

/** A byte order mark makes the first command another one. */
function marked(text: string, command: Command): boolean {
  return text.startsWith(BOM) && command.words[0]?.start === BOM.length
}

function signOf(text: string, word: Token): number {
  const found = assignmentOf(word)
  if (!found || found.array) throw new PlaceError("wrong-shape", `${position(text, word.start)}: an array, not a text`)
  return found.sign
}

/** An edit for each of the words; where nothing else is left of the command, the first takes it away. */
function removalsOf(
  text: string,
  command: Command,
  next: Command | undefined,
  all: readonly Token[],
  words: readonly Token[],
  name: string,
): Edit[][] {
  if (words.length < all.length) return words.map((word) => [withoutWord(command, word)])
  // `NAME=value; export NAME` is one entry.
  const pair =
    next && command.after?.text === ";" && /^[ \t]*;[ \t]*export[ \t]+/.exec(text.slice(command.end, next.end))
  const isPair = pair && text.slice(command.end + pair[0].length, next.end) === name
  const whole = isPair ? withoutCommand(text, command, next.end, next.after) : withoutCommand(text, command)
  return words.map((_word, index) => (index === 0 ? [whole] : []))
}
