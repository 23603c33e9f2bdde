import { splitCommands } from "../../../places/systemd/flags.ts"
import type { LoadedUnit } from "./load.ts"
import { valuesOf } from "./settings.ts"
import { expandSpecifiers } from "./specifiers.ts"

/** One command of a unit. */
export interface Command {
  /** The file that contains it. */
  readonly path: string
  /** Its words without a leading `env`, and with expanded specifiers. */
  readonly words: readonly Word[]
  /** The variables of a leading `env`, in order; undefined values are unknown. */
  readonly given: readonly { readonly path: string; readonly name: string; readonly value: string | undefined }[]
  /** The variables that a leading `env` removes. */
  readonly clears: { readonly includes: (name: string) => boolean }
}

/** Parses the effective commands of `ExecStart=`, with drop-ins. @throws PlaceError for an unclosed quote */
export function commandsOf(unit: LoadedUnit): Command[] {
  return valuesOf(unit, "ExecStart").flatMap(({ file, text, line }) =>
    splitCommands(text, line).map(({ words, first, last, literal }) => {
      const all = words.slice(first - 1, last + 1).map(({ text }, at) => {
        const made = expandSpecifiers(at === 0 ? text.replace(/^[-@:+!|]*/, "") : text, unit.name, unit.reader)
        return "text" in made ? expandDollars(made.text, literal) : { text, known: false }
      })
      return { path: file.path, ...withoutEnv(all, file.path) }
    }),
  )
}

interface Word {
  readonly text: string
  /** Whether it contains no variable. */
  readonly known: boolean
}

function expandDollars(text: string, literal: boolean): Word {
  if (literal) return { text, known: true }
  const bare = text.replaceAll("$$", "")
  const expands = /^\$(?!\{)/.test(bare) || (bare.includes("${") && bare.includes("}", bare.indexOf("${")))
  return expands ? { text, known: false } : { text: text.replaceAll("$$", "$"), known: true }
}

/** Splits `-S "K=T program"` of `env`. @returns how many words it has, and those that it expands to */
function splitAt(words: readonly Word[], at: number): { count: number; words: Word[] } | undefined {
  const [, options = "", held] = /^-(?:([iv0]*)S|-split-string(?:=|$))(.*)$/s.exec(words[at]?.text ?? "") ?? []
  if (held === undefined) return undefined
  const isJoined = held !== "" || words[at]?.text.endsWith("=") === true
  const string = isJoined ? { text: held, known: words[at]?.known === true } : words[at + 1]
  const known = string?.known === true && !/["'\\$#]/.test(string.text)
  const parts = (string?.text ?? "").split(/\s+/).filter((part) => part !== "")
  const before = options.includes("i") ? [{ text: "-i", known: true }] : []
  return { count: isJoined ? 1 : 2, words: [...before, ...parts.map((text) => ({ text, known }))] }
}

/** Removes a leading `/usr/bin/env -u A K=T program …`, also if repeated. */
function withoutEnv(all: readonly Word[], path: string): Omit<Command, "path"> {
  const words = [...all]
  const given: { path: string; name: string; value: string | undefined }[] = []
  const cleared = new Set<string>()
  let [at, isEmpty] = [0, false]
  while (/^(?:.*\/)?env$/s.test(words[at]?.text ?? "")) {
    at++
    for (let word = words[at]; word; word = words[at]) {
      const sign = word.text.indexOf("=")
      const split = splitAt(words, at)
      if (split) {
        words.splice(at, split.count, ...split.words)
        continue
      }
      if (/^(?:-i|-|--ignore-environment)$/.test(word.text)) {
        isEmpty = true
        given.length = 0
      } else if (word.text === "-u" || word.text === "-C" || word.text === "--chdir" || word.text === "--unset") {
        at++
        if (/^(?:-u|--unset)$/.test(word.text)) cleared.add(words[at]?.text ?? "")
      } else if (/^(?:-u.|--unset=)/.test(word.text)) cleared.add(word.text.replace(/^(?:-u|--unset=)/, ""))
      else if (sign > 0 && !word.text.startsWith("-")) {
        given.push({ path, name: word.text.slice(0, sign), value: word.known ? word.text.slice(sign + 1) : undefined })
      } else if (!word.text.startsWith("-")) break
      at++
    }
  }
  return {
    words: words.slice(at),
    given,
    clears: { includes: (name) => isEmpty || cleared.has(name) },
  }
}
