import { PlaceError } from "../../core/errors.ts"
import type { Occurrence, Reading } from "../common/variables.ts"
import { settingsOf, spanOf, type UnitLine, unitLines } from "./lines.ts"
import { type UnitWord, unitWord, unitWords, withoutSpecifiers, withoutWords } from "./words.ts"

/** A command of an `ExecStart=`: its words, and the first of them that is an argument. */
interface Command {
  readonly line: UnitLine
  readonly words: readonly UnitWord[]
  readonly first: number
  readonly last: number
  /** A `:` before the path: a dollar sign is an ordinary character. */
  readonly literal: boolean
}

/** `--flag value` and `--flag=value` in the `ExecStart=` lines of [Service]. */
export function unitFlags(text: string, flag: string): Occurrence[] {
  return settingsOf(unitLines(text), "ExecStart").flatMap(({ line, counts }) =>
    splitCommands(text, line).flatMap((command) =>
      flagsOf(command, flag).map((found) => ({
        ...found,
        standing: counts ? ("counts" as const) : ("apart" as const),
      })),
    ),
  )
}

function flagsOf(command: Command, flag: string): Omit<Occurrence, "standing">[] {
  const { line, words } = command
  const found: Omit<Occurrence, "standing">[] = []
  for (let index = command.first; index <= command.last; index++) {
    const word = words[index]
    if (word?.text.startsWith(`${flag}=`)) {
      const like = line.text.slice(word.start, word.end)
      found.push({
        reading: reading(word.text.slice(flag.length + 1), command.literal),
        set: (value) => ({
          ...spanOf(line, word.start, word.end),
          text: unitWord(`${flag}=${escaped(value, command)}`, like),
        }),
        remove: withoutWords(line, words, index),
      })
    } else if (word?.text === flag) {
      const value = index < command.last ? words[index + 1] : undefined
      const { start, end } = value ? spanOf(line, value.start, value.end) : spanOf(line, word.start, word.end)
      const like = value && line.text.slice(value.start, value.end)
      found.push({
        reading: value ? reading(argument(line, value), command.literal) : { text: "" },
        set: (wanted) => {
          const written = unitWord(escaped(wanted, command), like)
          return value ? { start, end, text: written } : { start: end, end, text: ` ${written}` }
        },
        remove: withoutWords(line, words, index, value ? index + 1 : index),
      })
      if (value) index++
    }
  }
  return found
}

/** A semicolon that is an argument may be written `\;`, there only. */
function argument(line: UnitLine, word: UnitWord): string {
  return line.text.slice(word.start, word.end) === "\\;" ? ";" : word.text
}

/** A `;` of its own separates commands; it is not one in quotes. */
export function splitCommands(text: string, line: UnitLine): Command[] {
  const words = unitWords(text, line, false)
  const isEnd = (word: UnitWord | undefined) => word === undefined || line.text.slice(word.start, word.end) === ";"
  const commands: Command[] = []
  for (let start = 0, index = 0; index <= words.length; index++) {
    if (!isEnd(words[index])) continue
    const prefix = /^[-@:+!|]*/.exec(words[start]?.text ?? "")?.[0] ?? ""
    const first = start + (prefix.includes("@") ? 2 : 1)
    if (index > start) commands.push({ line, words, first, last: index - 1, literal: prefix.includes(":") })
    start = index + 1
  }
  return commands
}

function reading(text: string, literal: boolean): Reading {
  const resolved = withoutSpecifiers(text)
  if (resolved === undefined) return { expression: text }
  if (literal) return { text: resolved }
  const parts = resolved.split("$$")
  if (/^\$(?![{$])/.test(resolved) || parts.some(hasBraces)) return { expression: text }
  return { text: parts.join("$") }
}

/** `${…}`, anywhere in a word. */
function hasBraces(text: string): boolean {
  const start = text.indexOf("${")
  return start >= 0 && text.includes("}", start)
}

function escaped(value: string, command: Command): string {
  const percent = value.replaceAll("%", "%%")
  return command.literal ? percent : percent.replaceAll("$", "$$$$")
}

/** Adds the flag to the last command that counts. */
export function addUnitFlag(text: string, flag: string, value: string): string {
  const lines = settingsOf(unitLines(text), "ExecStart").filter(({ counts }) => counts)
  const command = lines.flatMap(({ line }) => splitCommands(text, line)).at(-1)
  const word = command?.words[command.last]
  if (!command || !word) {
    throw new PlaceError("wrong-shape", `there is no ExecStart= in [Service] here that ${flag} could be added to`)
  }
  const { end } = spanOf(command.line, word.start, word.end)
  const written = value.startsWith("-")
    ? unitWord(`${flag}=${escaped(value, command)}`)
    : `${flag} ${unitWord(escaped(value, command))}`
  return `${text.slice(0, end)} ${written}${text.slice(end)}`
}
