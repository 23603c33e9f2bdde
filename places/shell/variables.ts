import { PlaceError } from "../../core/errors.ts"
import { quoteForShell } from "../../core/shell.ts"
import type { Edit } from "../common/edits.ts"
import { BOM, position } from "../common/text.ts"
import type { Occurrence, Reading } from "../common/variables.ts"
import { type Command, shellCommands } from "./commands.ts"
import { calledBy, type Effect, effectsOf, exportsAll, type Naming } from "./exports.ts"
import { inOrder, leaves, type Step } from "./order.ts"
import { withoutCommand, withoutWord } from "./removal.ts"
import { plainText, shellValue } from "./value.ts"

interface Found {
  readonly reading: Reading
  readonly standing: Occurrence["standing"]
  readonly set: (value: string) => Edit
  readonly remove: () => readonly Edit[]
}

/** The state of a variable after the commands so far. */
interface State {
  readonly name: string
  readonly found: Found[]
  /** How many of them are no longer seen: the variable was unset. */
  forgotten: number
  exported: boolean
  /** Whatever is set from here on is exported. */
  all: boolean
  /** The file is left. */
  over: boolean
  readonly: boolean
  /** An attribute of the variable changes what is assigned. */
  altered: boolean
}

/** Lists the occurrences of a variable in the order of execution. */
export function shellVariables(text: string, name: string): Occurrence[] {
  const state: State = {
    name,
    found: [],
    forgotten: 0,
    exported: false,
    all: false,
    over: false,
    readonly: false,
    altered: false,
  }
  walk(state, text, { depth: 0, isKnown: true })
  return state.found.map(({ reading, standing, set, remove }, index) => {
    const isSeen = state.exported && index >= state.forgotten
    return {
      reading,
      standing: standing === "counts" && !isSeen ? "idle" : standing,
      set,
      get remove() {
        return remove()
      },
    }
  })
}

/** More than one `eval` in another has no file. */
const deepest = 2

/** How deep in `eval`s, and whether what they are given is known. */
interface Evals {
  readonly depth: number
  readonly isKnown: boolean
}

function walk(state: State, text: string, evals: Evals): void {
  for (const step of inOrder(shellCommands(text))) {
    const { command, apart } = step
    const all = apart ? undefined : exportsAll(command)
    state.all = all ?? state.all
    if (all && calledBy(command).modified) state.altered = true
    for (const effect of effectsOf(command)) {
      const names = effect.names.filter((each) => each.name === state.name)
      if (names.length > 0) take(state, text, step, effect, names, evals)
    }
    for (const each of defaultsIn(state, text, step, evals)) state.found.push(each)
    if (apart) continue
    const inner = evals.depth < deepest ? evaluated(command) : undefined
    if (inner && (inner.text.replace(/["'\\]/g, "").includes(state.name) || /\bset/.test(inner.text)))
      walk(state, inner.text, { depth: evals.depth + 1, isKnown: evals.isKnown && inner.isKnown && !command.apart })
    if (leaves(command)) state.over = true
  }
}

function evaluated({ words }: Command): { readonly text: string; readonly isKnown: boolean } | undefined {
  const [name, ...rest] = words
  if (!name || plainText(name.text) !== "eval") return undefined
  const known = rest.map(({ text }) => plainText(text))
  const texts = rest.map(({ text }, at) => known[at] ?? text.replace(/^"(.*)"$/s, "$1"))
  return { text: texts.join(" "), isKnown: !known.includes(undefined) }
}

function take(state: State, text: string, step: Step, effect: Effect, names: readonly Naming[], evals: Evals): void {
  const { kind } = effect
  const isSet = kind === "unknown" || names.some((each) => each.assigned)
  const apart = step.apart || (kind === "local" && step.command.apart)
  const assigned = names.filter((each) => each.assigned)
  if (!apart) {
    // What sets a read-only variable ends some shells, and others go on.
    if (effect.altered || !evals.isKnown || (state.readonly && isSet)) state.altered = true
    const isGone = kind === "unset" && !state.readonly
    if (isGone || names.some((each) => each.assigned?.array)) state.forgotten = state.found.length
    if (isGone || kind === "hide") state.exported = false
    if (kind === "export" || (state.all && isSet)) state.exported = true
  }
  // A local variable hides the one that is exported.
  if (kind === "local" && !step.apart && step.command.apart) state.altered = true
  const isOdd = (effect.altered && kind === "export" && assigned.length === 0) || (kind === "unset" && state.readonly)
  if (kind === "unknown" || isOdd)
    state.found.push(byHand(state, text, step, { expression: step.command.words[0]?.text ?? "" }))
  const removals = removalsOf(text, step, effect.names.length, assigned, state.name)
  for (const [nth, each] of assigned.entries()) {
    const found = assignment(state, text, step, each, kind)
    const standing = apart ? "apart" : found.standing
    const reading = evals.isKnown ? found.reading : { expression: each.word.text }
    if (evals.depth > 0) state.found.push({ ...byHand(state, text, step, reading), standing })
    else state.found.push({ ...found, standing, remove: () => removals[nth]?.() ?? [] })
  }
  if (effect.last && !apart) state.readonly = true
}

function assignment(state: State, text: string, step: Step, { word, assigned }: Naming, kind: Effect["kind"]) {
  const { from = 0, lead = "", adds, array } = assigned ?? {}
  const reading = assigned?.reading() ?? { text: "" }
  const raw = { expression: word.text.slice(from) }
  const isToldBy = { plain: reading, added: adds ? added(state, reading) : reading }
  return {
    // A `local` outside of a function, and the end of a pipe, are one thing to zsh and another to bash.
    reading: state.altered || kind === "local" || step.inPipe ? raw : (isToldBy.added ?? raw),
    standing: state.over || array || isMarked(text, step.command) ? ("idle" as const) : ("counts" as const),
    set: (value: string) => {
      if (array) throw new PlaceError("wrong-shape", `${position(text, word.start)}: an array, not a text`)
      return { start: word.start + from, end: word.end, text: `${lead}=${quoteForShell(value)}` }
    },
  }
}

/** `NAME+=value`: where what it is added to is known. */
function added({ found, forgotten }: State, reading: Reading): Reading | undefined {
  const last = found.slice(forgotten).findLast((each) => each.standing === "counts")?.reading
  return last && "text" in last && "text" in reading ? { text: last.text + reading.text } : undefined
}

/** `: ${NAME:=value}` sets what is not set yet. */
function defaultsIn(state: State, text: string, step: Step, evals: Evals): Found[] {
  const { command, apart } = step
  return command.words.flatMap((word): Found[] => {
    if (!word.text.includes("${") || /^"?\$\{(\w+):?=/.exec(word.text)?.[1] !== state.name) return []
    if (!apart && state.all) state.exported = true
    const found = byHand(state, text, step, shellValue(word.text))
    const isAlone = command.words[0]?.text === ":" && command.words.length === 2 && evals.depth === 0
    if (!isAlone) return [found]
    const start = command.words[0]?.start ?? 0
    const set = (value: string) => ({ start, end: word.end, text: `${state.name}=${quoteForShell(value)}` })
    return [{ ...found, set, remove: () => [withoutCommand(text, command)] }]
  })
}

/** Creates the entry for a value that is not set by an assignment in the file. */
function byHand(state: State, text: string, { command, apart }: Step, reading: Reading): Found {
  const refuse = () => {
    const at = position(text, command.words[0]?.start ?? 0)
    throw new PlaceError("wrong-shape", `${state.name} is set by a command (${at}): change that by hand`)
  }
  return { reading, standing: apart ? "apart" : state.over ? "idle" : "counts", set: refuse, remove: refuse }
}

/** A byte order mark makes the first command another one. */
function isMarked(text: string, command: Command): boolean {
  return text.startsWith(BOM) && command.words[0]?.start === BOM.length
}

/** Creates the edits for each of the words; if nothing else is left of the command, the first removes it. */
function removalsOf(text: string, { command, next }: Step, all: number, words: readonly Naming[], name: string) {
  if (words.length < all) return words.map((each) => () => [withoutWord(command, each.index)])
  // `NAME=value; export NAME` is one entry.
  const pair =
    next && command.after?.text === ";" && /^[ \t]*;[ \t]*export[ \t]+/.exec(text.slice(command.end, next.end))
  const isPair = pair && text.slice(command.end + pair[0].length, next.end) === name
  const whole = () => (isPair ? withoutCommand(text, command, next.end, next.after) : withoutCommand(text, command))
  return words.map((_word, index) => () => (index === 0 ? [whole()] : []))
}
