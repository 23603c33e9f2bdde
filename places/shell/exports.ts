import type { Reading } from "../common/variables.ts"
import type { Command } from "./commands.ts"
import type { Token } from "./token.ts"
import { beginningOf, plainText, shellValue } from "./value.ts"

/** What a command does to a variable that it names. */
export interface Effect {
  readonly kind: "assign" | "export" | "hide" | "unset" | "local" | "unknown"
  /** An attribute changes the value (upper case, a number …), or shells differ. */
  readonly altered?: boolean
  /** Nothing can set it any more. */
  readonly last?: boolean
  /** The words that name variables, by their position in the command. */
  readonly names: readonly Naming[]
}

export interface Naming {
  readonly index: number
  readonly word: Token
  readonly name: string
  readonly assigned?: Assignment
}

interface Assignment {
  readonly name: string
  /** In the word: the part that a new value overwrites, with what goes before it. */
  readonly from: number
  readonly lead: string
  readonly adds: boolean
  readonly array: boolean
  readonly reading: () => Reading
}

/** By what each is known to set a variable; zsh alone has the last. */
const declares = new Set(["export", "typeset", "declare", "local", "readonly", "integer", "float", "private"])
const keeping = new Set([":", ".", "eval", "set", "shift", "times", "trap", "unset"])
const reads = new Set(["read", "readarray", "mapfile", "getopts", "printf", "let", "vared"])
/** The options that bash and zsh take alike, of what both have. */
const alike: { readonly [name: string]: RegExp } = {
  export: /^-[n-]$/,
  typeset: /^(?:-[gxr]+|\+x|--)$/,
  declare: /^(?:-[gxr]+|\+x|--)$/,
  local: /^(?:-[xr]+|--)$/,
  readonly: /^--$/,
}
/** What may stand before the name of a command; with any but the last, shells differ in what `export` behind it does. */
const modifiers = new Set(["command", "noglob", "nocorrect", "-", "builtin"])

/** The text of the command's name, and its position: behind assignments for this command alone, and `command` and its like. */
export function calledBy({ words }: Command): {
  readonly name: string | undefined
  readonly index: number
  /** How many assignments stand before it. */
  readonly prefix: number
  /** Something stands before it which not all shells know. */
  readonly modified: boolean
} {
  let prefix = 0
  while (words[prefix] && assignmentOf(words[prefix] as Token)) prefix++
  let modified = false
  for (let index = prefix; ; index++) {
    const word = words[index]
    const name = word && plainText(word.text)
    const isOption = index > prefix && name !== undefined && /^-[p-]$/.test(name)
    if (name === undefined || !(modifiers.has(name) || isOption)) return { name, index, prefix, modified }
    modified ||= name !== "builtin"
  }
}

export function effectsOf(command: Command): readonly Effect[] {
  const { words, before } = command
  const { name, index, prefix, modified } = calledBy(command)
  const named = (from: number, to: number, find: (word: Token) => Omit<Naming, "index" | "word"> | undefined) =>
    words.slice(from, to).flatMap((word, at): Naming[] => {
      const found = find(word)
      return found ? [{ index: from + at, word, ...found }] : []
    })
  const assigned = (word: Token) => {
    const found = assignmentOf(word)
    return found && { name: found.name, assigned: found }
  }
  if (prefix === words.length) return [{ kind: "assign", names: named(0, prefix, assigned) }]
  if (before && /^(?:for|select)$/.test(before.text)) return [{ kind: "unknown", names: named(0, 1, naming) }]
  if (name === undefined) return []
  const options = words
    .slice(index + 1)
    .flatMap(({ text }) => (/^['"\\]?[-+]/.test(text) ? (plainText(text) ?? []) : []))
  const has = (pattern: RegExp) => options.some((option) => pattern.test(option))
  if (declares.has(name)) {
    if (has(/^-\w*f/)) return []
    const names = named(index + 1, words.length, declared)
    const before = named(0, prefix, assigned)
    // What is set for this command alone is what bash exports, and what zsh forgets.
    const isBoth = before.some((each) => names.some((other) => other.name === each.name))
    // In a function zsh exports for all what bash does for the function.
    const isLocal = command.apart && name !== "export" && name !== "readonly" && !has(/^-\w*g/)
    const isOdd = isBoth || modified || !alike[name] || options.some((option) => !alike[name]?.test(option))
    const kind = isBoth || (name === "local" && has(/^-\w*x/) && !isLocal) ? "export" : kindOf(name, has, isLocal)
    // A read-only variable of a function is zsh's own to it.
    const differs = kind === "export" ? isLocal || name === "local" : name === "readonly" && command.apart
    const altered = isOdd || differs
    const effect: Effect = { kind, altered, last: name === "readonly" || has(/^-\w*r/), names }
    return isBoth ? [{ kind: "assign", altered, names: before }, effect] : [effect]
  }
  if (name === "unset" && !has(/^-\w*f/))
    return [{ kind: modified ? "unknown" : "unset", names: named(index + 1, words.length, naming) }]
  // What is set for such a command alone is what dash keeps.
  if (keeping.has(name)) return [{ kind: "assign", altered: true, names: named(0, prefix, assigned) }]
  if (reads.has(name)) return [{ kind: "unknown", names: named(index + 1, words.length, began) }]
  return []
}

function kindOf(name: string, has: (pattern: RegExp) => boolean, isLocal: boolean): Effect["kind"] {
  if (name === "export") return has(/^-\w*n/) ? "hide" : "export"
  if (has(/^\+\w*x/)) return "hide"
  if (name === "local") return "local"
  if (has(/^-\w*x/)) return "export"
  return isLocal ? "local" : "assign"
}

function naming(word: Token): Omit<Naming, "index" | "word"> | undefined {
  const name = plainText(word.text)
  return name !== undefined && /^[A-Za-z_]\w*$/.test(name) ? { name } : undefined
}

/** `let` takes `NAME=1`. */
function began(word: Token): Omit<Naming, "index" | "word"> | undefined {
  const [name] = /^[A-Za-z_]\w*(?=[-+*/%&|^<>]*=|$)/.exec(beginningOf(word.text).text) ?? []
  return name === undefined ? undefined : { name }
}

/** An argument of `export` and its like, which may be quoted as a whole. */
function declared(word: Token): Omit<Naming, "index" | "word"> | undefined {
  const found = assignmentOf(word)
  if (found) {
    // To bash braces are several words here, to others they are not; zsh adds nothing here.
    const reading = () =>
      !found.adds && beginningOf(word.text, /\{/).whole
        ? found.reading()
        : unbraced(found.reading(), word.text.slice(found.from + 1))
    return { name: found.name, assigned: { ...found, reading } }
  }
  // A word whose name is quoted is none that zsh takes for an assignment: it looks for files.
  const { text, whole } = beginningOf(word.text, /[{*?[]/)
  const [all = "", name = "", sign] = /^([A-Za-z_]\w*)(\+?)=/.exec(text) ?? []
  if (name === "") return naming(word)
  // To zsh `+` is a part of the name.
  const reading = () => (whole && sign === "" ? { text: text.slice(all.length) } : expanded(word.text, all))
  return { name, assigned: { name, from: 0, lead: name, adds: sign === "+", array: false, reading } }
}

function unbraced(reading: Reading, raw: string): Reading {
  return "text" in reading ? { expression: raw } : reading
}

/** Where the value expands something: it may have a default when it is quoted together with its name. */
function expanded(raw: string, head: string): Reading {
  return raw.startsWith(`"${head}`) ? shellValue(`"${raw.slice(1 + head.length)}`) : { expression: raw }
}

/** A word `NAME=value` or `NAME+=value`, whose name no quote hides. */
function assignmentOf({ text }: Token): Assignment | undefined {
  const found = /^((?:[A-Za-z_]|\\\n)(?:\w|\\\n)*)(\+?)=/.exec(text)
  if (!found) return undefined
  const [all, written = "", sign] = found
  const raw = text.slice(all.length)
  const array = raw.startsWith("(")
  return {
    name: written.replaceAll("\\\n", ""),
    from: written.length,
    lead: "",
    adds: sign === "+",
    array,
    // To zsh `=program` is the path of a program.
    reading: () => (array || /^=./.test(raw) ? { expression: raw } : shellValue(raw)),
  }
}

/** Whether a command makes the shell export what is set from here on, or ends that. */
export function exportsAll(command: Command): boolean | undefined {
  const { name = "", index } = calledBy(command)
  const rest = command.words.slice(index + 1).map(({ text }) => text)
  if (/^(?:un)?setopt$/.test(name)) {
    const option = rest.map((each) => each.toLowerCase().replaceAll("_", ""))
    if (option.includes("allexport")) return name === "setopt"
    return option.includes("noallexport") ? name === "unsetopt" : undefined
  }
  if (name !== "set") return undefined
  let all: boolean | undefined
  for (let at = 0; at < rest.length && /^[-+]\w/.test(rest[at] ?? ""); at++) {
    const option = rest[at] ?? ""
    if (option.includes("a")) all = option.startsWith("-")
    if (option.endsWith("o") && rest[++at] === "allexport") all = option.startsWith("-")
  }
  return all
}
