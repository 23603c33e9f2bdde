import { refuseLargeText, refuseNul } from "../../../places/common/bounds.ts"
import type { Command } from "../../../places/shell/commands.ts"
import { letterEscapes } from "../../../places/shell/value.ts"
import { asCommand, commandsBy, type Part, unclosed, type Word } from "./words.ts"

const largest = 2 * 1024 * 1024

/** Parses the commands of a fish file; `set` becomes `set NAME VALUE`. */
export function fishCommands(text: string): Command[] {
  refuseLargeText(text, largest)
  refuseNul(text)
  return commandsBy({ part, ends: /[\n;&|]/, endsWord: /[ \t\r\n;&|<>]/ }, text).map((words) =>
    asCommand(normalizeSet(words)),
  )
}

const before = new Set(["builtin", "and", "or", "not", "!", "time", "begin", "if", "while", "else", "eval"])

/** Removes keywords before a command's name, and joins the values of a list. */
function normalizeSet(words: readonly Word[]): readonly Word[] {
  const at = words.findIndex(({ text, whole }) => !whole || !before.has(text))
  const [name, ...rest] = words.slice(Math.max(at, 0))
  if (name?.text !== "set" || !name.whole) return name ? [name, ...rest] : words
  const options = rest.findIndex(({ text }) => !text.startsWith("-") || text === "--")
  const set = rest.slice(0, Math.max(options, 0)).map(({ text }) => text)
  const isOther = set.some((each) => /^-(?:[a-zA-Z]*[qenS]|-(?:q|er|n|sh))/.test(each))
  const [variable, ...values] = rest.slice(options + (rest[options]?.text === "--" ? 1 : 0))
  if (options < 0 || !variable || isOther) return [name]
  const adds = set.some((each) => /^-(?:[a-zA-Z]*[ap]|-(?:ap|pr))/.test(each)) || /\[/.test(variable.text)
  const whole = !adds && values.every((each) => each.whole)
  const named = { ...variable, text: variable.text.replace(/\[.*/s, "") }
  const [first] = values
  return [name, named, ...(first ? [{ ...first, text: values.map(({ text }) => text).join(" "), whole }] : [])]
}

function part(text: string, at: number, first: boolean): Part {
  const character = text.charAt(at)
  const next = text.charAt(at + 1)
  switch (character) {
    case "\\":
      if (next === "\n") return { text: "", end: at + 2 }
      return { text: /[xXuUc0-7]/.test(next) ? undefined : (letterEscapes[next] ?? next), end: at + 2 }
    case "'":
      return single(text, at)
    case '"':
      return double(text, at)
    case "(":
      return { text: undefined, end: behindSubstitution(text, at) }
    case "$":
    case "{":
    case "*":
    case "?":
      return { text: undefined, end: at + 1 }
    default:
      return { text: character === "~" && first ? undefined : character, end: at + 1 }
  }
}

function single(text: string, start: number): Part {
  let at = start + 1
  while (at < text.length && text.charAt(at) !== "'") at += text.charAt(at) === "\\" ? 2 : 1
  if (at >= text.length) throw unclosed(text, start, "quote")
  return { text: text.slice(start + 1, at).replace(/\\([\\'])/g, "$1"), end: at + 1 }
}

function double(text: string, start: number): Part {
  let whole = true
  for (let at = start + 1; at < text.length; ) {
    const character = text.charAt(at)
    if (character === '"') {
      const held = text.slice(start + 1, at).replace(/\\(?:(["$\\])|\n)/g, "$1")
      return { text: whole ? held : undefined, end: at + 1 }
    }
    if (character === "$") whole = false
    if (character === "$" && text.charAt(at + 1) === "(") at = behindSubstitution(text, at + 1)
    else at += character === "\\" ? 2 : 1
  }
  throw unclosed(text, start, "quote")
}

/** Returns the offset after `(…)`, with its quotes and nested substitutions. */
function behindSubstitution(text: string, start: number): number {
  const open: string[] = []
  for (let at = start; at < text.length; ) {
    const character = text.charAt(at)
    const isQuoted = open.at(-1) === '"'
    if (character === "\\") at++
    else if (character === "'" && !isQuoted) at = single(text, at).end - 1
    else if (character === '"') {
      if (isQuoted) open.pop()
      else open.push('"')
    } else if (character === "(" && (!isQuoted || text.charAt(at - 1) === "$")) open.push("(")
    else if (character === ")" && !isQuoted) open.pop()
    at++
    if (open.length === 0) return at
  }
  throw unclosed(text, start, "parenthesis")
}
