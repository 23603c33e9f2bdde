import { refuseLargeText, refuseNul } from "../common/bounds.ts"
import type { Token } from "./token.ts"
import { shellTokens } from "./tokens.ts"

/** A simple command: its words, the tokens around it, and its depth. */
export interface Command {
  readonly words: readonly Token[]
  /** The end of its last word or redirection. */
  readonly end: number
  /** The operator or reserved word before it, the operator behind it. */
  readonly before: Token | undefined
  readonly after: Token | undefined
  /** In how many compound commands it stands. */
  readonly depth: number
  /** It is in a function or a subshell: sourcing the file does not run it, or discards its effect. */
  readonly apart: boolean
  /** The function, where that is all that it stands apart in. */
  readonly within?: string
}

type Frame = "if" | "loop" | "case" | "{" | "(" | "function"

const opens = new Map<string, Frame>([
  ["if", "if"],
  ["while", "loop"],
  ["until", "loop"],
  ["for", "loop"],
  ["select", "loop"],
  ["{", "{"],
])
const closes = new Set(["fi", "done", "esac", "}"])
const others = new Set(["then", "else", "elif", "do", "!", "time", "coproc"])

interface State {
  readonly text: string
  readonly found: Command[]
  readonly frames: Frame[]
  /** How many of the frames are subshells, and the names of those that are functions. */
  subshells: number
  readonly functions: string[]
  words: Token[]
  before: Token | undefined
  last: Token | undefined
  /** The kind of the next words, if they are not those of a command. */
  expects: "command" | "target" | "test" | "subject" | "pattern" | "name"
  /** A function's name: what is opened next is its body. */
  named: string | undefined
}

/** In characters: more than any script that a person wrote. */
const largest = 2 * 1024 * 1024

/** Lists the simple commands of a script in order. Lenient: invalid shell code gives other commands, not an error. */
export function shellCommands(text: string): Command[] {
  refuseLargeText(text, largest)
  refuseNul(text)
  const state: State = {
    text,
    found: [],
    frames: [],
    subshells: 0,
    functions: [],
    words: [],
    before: undefined,
    last: undefined,
    expects: "command",
    named: undefined,
  }
  for (const token of shellTokens(text)) {
    if (token.kind === "word") readWord(state, token)
    else readOperator(state, token)
    if (token.kind === "word" || !/^(?:\n|;|;;|&&?|\|\|?)$/.test(token.text)) state.last = token
  }
  finish(state, undefined)
  return state.found
}

function finish(state: State, after: Token | undefined): void {
  const { words, frames, before, subshells, functions } = state
  const apart = subshells > 0 || functions.length > 0
  const [within] = subshells === 0 && functions.length === 1 && functions[0] !== "(" ? functions : []
  if (words.length > 0) {
    const depth = frames.length
    const end = state.last?.end ?? 0
    state.found.push({ words, end, before, after, depth, apart, ...(within === undefined ? {} : { within }) })
  }
  state.words = []
}

function readWord(state: State, token: Token): void {
  if (state.expects === "test") {
    if (token.text !== "]]") return
    state.expects = "command"
    state.before = token
  } else if (state.expects === "pattern") {
    if (token.text !== "esac") return
    state.expects = "command"
    pop(state)
    state.before = token
  } else if (state.expects === "target" || state.expects === "name") {
    state.named = state.expects === "name" ? token.text : undefined
    state.expects = "command"
  } else if (state.expects === "subject" && token.text === "in") {
    state.expects = "pattern"
    state.words = []
    state.frames.push("case")
  } else if (state.words.length > 0 && closesBraces(state, token)) {
    finish(state, token)
    readReserved(state, token)
  } else if (state.words.length > 0 || !readReserved(state, token)) state.words.push(token)
}

/** In zsh a brace needs no `;` before it. */
function closesBraces({ frames }: State, token: Token): boolean {
  return token.text === "}" && /^(?:\{|function)$/.test(frames.at(-1) ?? "")
}

/** Whether the word is one that means something at the beginning of a command. */
function readReserved(state: State, token: Token): boolean {
  const frame = opens.get(token.text)
  if (token.text === "case") {
    state.expects = "subject"
    return false
  }
  if (token.text === "[[") state.expects = "test"
  else if (token.text === "function") state.expects = "name"
  else {
    if (frame) open(state, frame)
    else if (closes.has(token.text)) pop(state)
    else if (!others.has(token.text)) return false
    state.before = token
  }
  return true
}

function readOperator(state: State, token: Token): void {
  const { expects, words, frames } = state
  if (/[<>]/.test(token.text)) {
    if (expects !== "command") return
    state.expects = "target"
    const number = words.at(-1)
    if (number?.end === token.start && /^\d+$/.test(number.text)) words.pop()
  } else if (expects === "test" || (expects === "pattern" && token.text !== ")")) return
  else if (token.text === "(" && (words.length === 1 || isEmptyList(state, token))) {
    state.named ??= words[0]?.text ?? "" // `name (`: its `)` follows
    state.words = []
  } else if (token.text !== ")" || state.named === undefined || state.last?.text !== "(") {
    finish(state, token)
    state.expects = /^;[;&]/.test(token.text) && frames.at(-1) === "case" ? "pattern" : "command"
    if (token.text === "(") open(state, "(")
    if (token.text === ")" && expects !== "pattern") close(state)
    // A newline behind `&&` or `|` does not end anything.
    const continues = token.text === "\n" && words.length === 0 && /^(?:&&|\|[|&]?)$/.test(state.before?.text ?? "")
    if (!continues) state.before = token
  }
}

/** `function name ()` has them too. */
function isEmptyList({ text, words, named }: State, token: Token): boolean {
  return words.length === 0 && named !== undefined && /^\(\s*\)/.test(text.slice(token.start, token.start + 80))
}

function open(state: State, frame: Frame): void {
  // A body in parentheses is a subshell, which keeps nothing.
  if (state.named !== undefined) state.functions.push(frame === "(" ? frame : state.named)
  else if (frame === "(") state.subshells++
  state.frames.push(state.named === undefined ? frame : "function")
  state.named = undefined
}

function pop(state: State): void {
  const frame = state.frames.pop()
  if (frame === "function") state.functions.pop()
  if (frame === "(") state.subshells--
}

/** A `)` closes the subshell, or the function whose body is one, and what was left open in it. */
function close(state: State): void {
  const { frames } = state
  const from = Math.max(
    frames.findLastIndex((frame) => frame === "(" || frame === "function"),
    0,
  )
  while (frames.length > from) pop(state)
}
