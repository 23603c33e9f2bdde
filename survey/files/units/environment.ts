import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { formats } from "../../../places/index.ts"
import { type UnitWord, unitWords } from "../../../places/systemd/words.ts"
import { type Command, commandsOf } from "./command.ts"
import type { LoadedUnit } from "./load.ts"
import { valuesOf } from "./settings.ts"
import { expandSpecifiers } from "./specifiers.ts"

/** The value that one source sets for a variable. */
export interface Assignment {
  readonly path: string
  /** Its place in the file. */
  readonly locator: string
  readonly kind: "value" | "unknown" | "problem"
  /** The value, or why there is none. */
  readonly text: string
}

/** The files that were read; null for a missing one. */
export type Files = {
  readonly read: (path: string) => { readonly bytes: Uint8Array } | { readonly problem: string } | null
  /** Returns all paths that match a pattern, sorted by name. */
  readonly matching: (pattern: string) => readonly string[]
}

/**
 * Lists the values that a unit's process gets for a variable; the first counts: its command's own (`env K=T …`), its
 * environment files, its `Environment=`. None if `UnsetEnvironment=` removes it.
 */
export function assignmentsIn(unit: LoadedUnit, variable: string, files: Files): Assignment[] {
  const commands = commandsOf(unit)
  const command = mainCommand(commands)
  const given = (command?.given ?? []).filter(({ name }) => name === variable).reverse()
  const own = given.map(({ path, value }): Assignment => ({ path, locator: variable, ...knownAssignment(value) }))
  const read = fromFiles(unit, variable, files)
  // Without a required file nothing starts.
  const problems = [...commandProblems(unit, commands, variable), ...read.filter(({ kind }) => kind === "problem")]
  if (own.length > 0 || command?.clears.includes(variable)) return [...problems, ...own]
  const rest = read.filter((each) => !problems.includes(each))
  return [
    ...problems,
    ...withoutUnset(unit, variable, [...rest, ...fromLines(unit, variable), ...passedAssignments(unit, variable)]),
  ]
}

/** Returns the command that starts a product. */
function mainCommand(commands: readonly Command[]): Command | undefined {
  const named = commands.findLast(({ words }) => words.some(({ text }) => /openclaw|clawdbot|moltbot/.test(text)))
  return named ?? commands.at(-1)
}

/** Reports several commands, which systemd rejects unless the type is oneshot. */
function commandProblems(unit: LoadedUnit, commands: readonly Command[], locator: string): Assignment[] {
  const [line] = valuesOf(unit, "Type").slice(-1)
  const type = line ? line.line.text.slice(line.line.from, line.line.to) : ""
  const last = commands.at(-1)
  if (!last || commands.length < 2 || type === "oneshot") return []
  const text = `the unit does not start: it has ${commands.length} commands, expected one, or Type=oneshot`
  return [{ path: last.path, locator, kind: "problem", text }]
}

function knownAssignment(value: string | undefined): Pick<Assignment, "kind" | "text"> {
  return value === undefined
    ? { kind: "unknown", text: "it is put together from other variables" }
    : { kind: "value", text: value }
}

function fromLines(unit: LoadedUnit, variable: string): Assignment[] {
  const found = valuesOf(unit, "Environment").flatMap(({ file, text, line }): Assignment[] => {
    const base = { path: file.path, locator: variable }
    const { words, problem } = wordsOf(text, line)
    const assigned = words.flatMap((word): Assignment[] => {
      const made = expandSpecifiers(word.text, unit.name, unit.reader)
      if ("unknown" in made)
        return word.text.startsWith(`${variable}=`) ? [{ ...base, kind: "unknown", text: made.unknown }] : []
      const sign = made.text.indexOf("=")
      return sign > 0 && made.text.slice(0, sign) === variable
        ? [{ ...base, kind: "value", text: made.text.slice(sign + 1) }]
        : []
    })
    // systemd reads up to the mistake; how far depends on its version.
    const doubtful = problem !== undefined && line.text.includes(variable)
    return doubtful ? [...assigned, { ...base, kind: "unknown", text: problem }] : assigned
  })
  return found.reverse()
}

function wordsOf(text: string, line: Parameters<typeof unitWords>[1]): { words: UnitWord[]; problem?: string } {
  try {
    return { words: unitWords(text, line, true) }
  } catch (error) {
    if (error instanceof UserError) return { words: [], problem: error.message }
    throw error
  }
}

/** Returns the paths of its `EnvironmentFile=`. */
export function environmentFilesOf(
  unit: LoadedUnit,
): { from: string; path: string; needed: boolean; unknown?: string }[] {
  return valuesOf(unit, "EnvironmentFile").flatMap(({ file, line }) => {
    return environmentFile(line.text.slice(line.from, line.to), unit).map((each) => ({ from: file.path, ...each }))
  })
}

/** Parses one `EnvironmentFile=`; systemd skips what is not an absolute path, such as a quoted one. */
export function environmentFile(
  setting: string,
  { name, reader }: Pick<LoadedUnit, "name" | "reader">,
): { path: string; needed: boolean; unknown?: string }[] {
  const made = expandSpecifiers(setting, name, reader)
  if ("unknown" in made) return [{ path: "", needed: true, unknown: made.unknown }]
  const needed = !made.text.startsWith("-")
  const path = (needed ? made.text : made.text.slice(1)).replaceAll(/\/+(?:\.\/+)*/g, "/").replace(/(?<=.)\/\.?$/, "")
  return path.startsWith("/") && !/\/\.\.(?:\/|$)/.test(path) ? [{ path, needed }] : []
}

/** Reads the environment files; the last counts, and a missing one without `-` keeps the unit from starting. */
function fromFiles(unit: LoadedUnit, variable: string, files: Files): Assignment[] {
  const all = environmentFilesOf(unit).flatMap(({ from, path, needed, unknown }): Assignment[] => {
    const base = { path: from, locator: variable }
    if (unknown) return [{ ...base, kind: "unknown", text: unknown }]
    const paths = /[*?[]/.test(path) ? files.matching(path) : [path]
    const missing: Assignment[] = needed
      ? [{ ...base, kind: "problem", text: `the unit does not start without ${shown(path)}` }]
      : []
    if (paths.length === 0) return missing
    return paths.flatMap((each): Assignment[] => {
      const file = files.read(each)
      if (file === null) return missing
      if ("problem" in file) return [{ ...base, kind: "unknown", text: `${shown(each)} ${file.problem}` }]
      return assignmentsInFile(each, file.bytes, variable)
    })
  })
  return all.reverse()
}

function assignmentsInFile(path: string, bytes: Uint8Array, variable: string): Assignment[] {
  const base = { path, locator: variable }
  try {
    const found = formats["environment-file"].find(bytes, variable)
    // The last one counts; the list is reversed later.
    const values = found.kind === "value" ? [...found.others, found.value] : []
    return values.map((text) => ({ ...base, kind: "value", text }))
  } catch (error) {
    if (error instanceof UserError) return [{ ...base, kind: "unknown", text: error.message }]
    throw error
  }
}

/** Returns `PassEnvironment=`, whose values come from the manager's own start and are unknown. */
function passedAssignments(unit: LoadedUnit, variable: string): Assignment[] {
  return valuesOf(unit, "PassEnvironment").flatMap(({ file, text, line }): Assignment[] =>
    wordsOf(text, line).words.some((word) => word.text === variable)
      ? [{ path: file.path, locator: variable, kind: "unknown", text: "it is passed on from what started the manager" }]
      : [],
  )
}

/** Applies `UnsetEnvironment=`: `NAME` removes any value, `NAME=VALUE` only that one. */
function withoutUnset(unit: LoadedUnit, variable: string, all: readonly Assignment[]): Assignment[] {
  const [first] = all
  for (const { file, text, line } of valuesOf(unit, "UnsetEnvironment")) {
    const { words, problem } = wordsOf(text, line)
    if (problem !== undefined && line.text.includes(variable))
      return [{ path: file.path, locator: variable, kind: "unknown", text: problem }, ...all]
    for (const word of words) {
      const made = expandSpecifiers(word.text, unit.name, unit.reader)
      if ("unknown" in made) continue
      if (made.text === variable) return []
      if (first?.kind === "value" && made.text === `${variable}=${first.text}`) return []
    }
  }
  return [...all]
}

/** Checks whether the unit unsets a variable of its manager. */
export function isUnset(unit: LoadedUnit, variable: string): boolean {
  const words = valuesOf(unit, "UnsetEnvironment").flatMap(({ text, line }) => wordsOf(text, line).words)
  return (
    words.some((word) => word.text === variable) || (mainCommand(commandsOf(unit))?.clears.includes(variable) ?? false)
  )
}
