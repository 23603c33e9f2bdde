import type { Command } from "./commands.ts"
import type { Token } from "./tokens.ts"

/** What a command does to the variables that it names. */
export interface Effect {
  /** The words that set or name variables; those of a prefix assignment (`A=1 command`) are not among them. */
  readonly words: readonly Token[]
  readonly kind: "assign" | "export" | "unset" | "all"
}

const declares = new Set(["export", "typeset", "declare", "local", "readonly"])

export function effectOf({ words: all }: Command): Effect | undefined {
  const words = all[0] && /^(?:command|builtin)$/.test(all[0].text) ? all.slice(1) : all
  if (words.length > 0 && words.every((word) => assignmentOf(word))) return { kind: "assign", words }
  const [first, ...rest] = words
  if (first === undefined) return undefined
  const flags = rest.filter((word) => /^[-+]/.test(word.text)).map((word) => word.text)
  const named = rest.filter((word) => !/^[-+]/.test(word.text))
  if (declares.has(first.text)) {
    if (flags.some((flag) => /^-\w*f/.test(flag))) return undefined
    const marks =
      first.text === "export" ? !flags.some((flag) => /^-\w*n/.test(flag)) : flags.some((flag) => /^-\w*x/.test(flag))
    return { kind: marks ? "export" : "assign", words: named }
  }
  if (first.text === "unset")
    return flags.some((flag) => /^-\w*f/.test(flag)) ? undefined : { kind: "unset", words: named }
  const exportsAll =
    first.text === "set"
      ? flags.some((flag) => /^-\w*a/.test(flag)) || (flags.includes("-o") && named[0]?.text === "allexport")
      : first.text === "setopt" && /^all_?export$/i.test(named[0]?.text ?? "")
  return exportsAll ? { kind: "all", words: [] } : undefined
}

/** A word `NAME=value`: the name, and the offset of what stands behind it and is replaced (`=` or `+=` included). */
export function assignmentOf(word: Token): { name: string; sign: number; array: boolean } | undefined {
  const found = /^([A-Za-z_]\w*)\+?=/.exec(word.text)
  if (!found) return undefined
  const array = word.text.charAt(found[0].length) === "("
  return { name: found[1] ?? "", sign: word.start + (found[1] ?? "").length, array }
}
