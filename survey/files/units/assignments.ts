import { heldInScript } from "../script-text.ts"
import { unlessBroken } from "../unless-broken.ts"
import { type Command, commandsOf } from "./command.ts"
import { type Assignment, assignmentsIn, type Files } from "./environment.ts"
import type { LoadedUnit } from "./load.ts"

/** Lists the values of a variable, or of a flag of its command; the first counts. */
export function assignmentsFor(unit: LoadedUnit, locator: string, files: Files): Assignment[] {
  const commands = commandsOf(unit)
  const scripts = commands.flatMap((command) => assignmentsInShell(command, locator))
  const own = locator.startsWith("--")
    ? commands.flatMap((command) => flagsIn(command, locator, (name) => assignmentsIn(unit, name, files)))
    : assignmentsIn(unit, locator, files)
  return [...scripts, ...own]
}

/** Finds values in a shell's script: `sh -c "K=T exec program --flag value"`. */
function assignmentsInShell({ words, path }: Command, locator: string): Assignment[] {
  return words
    .filter(({ text }) => /\s/.test(text))
    .flatMap(({ text }) =>
      unlessBroken<Assignment>(
        () =>
          heldInScript(text)
            .filter((held) => held.locator === locator)
            .map(({ value }) => ({ path, locator, kind: "value", text: value.reveal() })),
        (reason) => [{ path, locator, kind: "unknown", text: reason }],
      ),
    )
}

function flagsIn(
  { words, path }: Command,
  flag: string,
  variable: (name: string) => readonly Assignment[],
): Assignment[] {
  const at = words.findIndex(({ text }) => text === flag || text.startsWith(`${flag}=`))
  const word = words[at]
  if (!word) return []
  const joined = word.text !== flag
  const held = joined ? { text: word.text.slice(flag.length + 1), known: word.known } : words[at + 1]
  const base = { path, locator: flag }
  if (!held) return []
  if (held.known) return [{ ...base, kind: "value", text: held.text }]
  const name = /^\$(?:\{(\w+)\}|(\w+))$/.exec(held.text)
  const from = name && variable(name[1] ?? name[2] ?? "")[0]
  if (from?.kind === "value") return [{ ...base, kind: "value", text: from.text }]
  return [{ ...base, kind: "unknown", text: "it is put together from variables" }]
}
