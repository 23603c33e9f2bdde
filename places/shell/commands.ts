import { shellTokens, type Token } from "./tokens.ts"

/** A simple command: its words, the tokens around it, and how deep it stands. */
export interface Command {
  readonly words: readonly Token[]
  /** The end of its last word or redirection. */
  readonly end: number
  /** The operator or reserved word before it, the operator behind it. */
  readonly before: Token | undefined
  readonly after: Token | undefined
  /** In how many compound commands it stands. */
  readonly depth: number
  /** It stands in a function or a subshell: sourcing the file does not run it, or keeps nothing of it. */
  readonly apart: boolean
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
  readonly found: Command[]
  readonly frames: Frame[]
  words: Token[]
  before: Token | undefined
  last: Token | undefined
  /** What the next words are, where they are not those of a command. */
  expects: "command" | "target" | "test" | "subject" | "pattern" | "name"
  /** A function's name was read: what is opened next is its body. */
  named: boolean
}

/** The simple commands of a script, in order. Lenient: what is no valid shell gives other commands, not an error. */
export function shellCommands(text: string): Command[] {
  const state: State = {
    found: [],
    frames: [],
    words: [],
    before: undefined,
    last: undefined,
    expects: "command",
    named: false,
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
  const { words, frames, before } = state
  const apart = frames.includes("(") || frames.includes("function")
  if (words.length > 0) {
    state.found.push({ words, end: state.last?.end ?? 0, before, after, depth: frames.length, apart })
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
    state.frames.pop()
    state.before = token
  } else if (state.expects === "target" || state.expects === "name") {
    state.named = state.expects === "name"
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
    else if (closes.has(token.text)) state.frames.pop()
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
  else if (token.text === "(" && words.length === 1) {
    state.words = []
    state.named = true // `name (`: its `)` follows
  } else if (token.text !== ")" || !state.named || state.last?.text !== "(") {
    finish(state, token)
    state.expects = /^;[;&]/.test(token.text) && frames.at(-1) === "case" ? "pattern" : "command"
    if (token.text === "(") open(state, "(")
    if (token.text === ")" && expects !== "pattern") close(state)
    // A newline behind `&&` or `|` does not end anything.
    const continues = token.text === "\n" && words.length === 0 && /^(?:&&|\|[|&]?)$/.test(state.before?.text ?? "")
    if (!continues) state.before = token
  }
}

function open(state: State, frame: Frame): void {
  state.frames.push(state.named ? "function" : frame)
  state.named = false
}

/** A `)` closes the subshell, or the function whose body is one, and what was left open in it. */
function close({ frames }: State): void {
  frames.splice(Math.max(frames.lastIndexOf("("), frames.lastIndexOf("function"), 0))
}
