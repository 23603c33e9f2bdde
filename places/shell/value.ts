import type { Reading } from "../common/variables.ts"
import { behind, behindPart } from "./parts.ts"
import { type Scan, Unclosed } from "./reading.ts"
import { scanOfWord } from "./tokens.ts"

/** Evaluates the text after `NAME=` like a shell: a value, or an expression if it expands something. */
export function shellValue(raw: string): Reading {
  const text = plainText(raw)
  return text === undefined ? expression(raw) : { text }
}

/** A word without quotes and escapes; undefined where it expands something. */
export function plainText(raw: string): string | undefined {
  const { text, whole } = beginningOf(raw)
  return whole ? text : undefined
}

/** A word without quotes and escapes, up to what it expands; `special`: what does so besides, outside of quotes. */
export function beginningOf(raw: string, special?: RegExp): Beginning {
  const scan = scanOfWord(raw)
  let text = ""
  for (let at = 0; at < raw.length; ) {
    const run = behind(ordinary, raw, at)
    const end = run > at ? run : partEnd(scan, at)
    const part = run > at ? plainRun(raw.slice(at, run), special) : literal(scan, at, end)
    text += part?.text ?? ""
    if (!part?.whole) return { text, whole: false }
    at = end
  }
  return { text, whole: true }
}

interface Beginning {
  readonly text: string
  readonly whole: boolean
}

function plainRun(run: string, special: RegExp | undefined): Beginning {
  const at = special ? run.search(special) : -1
  return at < 0 ? { text: run, whole: true } : { text: run.slice(0, at), whole: false }
}

/** Matches what is literal anywhere in a word. */
const ordinary = /[^\\`$'"~<>(]+/y
// The last four are zsh's own; a double quote asks bash for a translation. A line that goes on may do so before each.
const expands = /(?:\\\n)*["A-Za-z0-9_*@#?!${(=~^+-]|(?:\\\n)+'/y

function partEnd(scan: Scan, at: number, inDouble = false): number {
  try {
    return behindPart(scan, at, inDouble)
  } catch (error) {
    if (error instanceof Unclosed) return scan.text.length
    throw error
  }
}

function literal(scan: Scan, at: number, end: number): Beginning | undefined {
  const { text } = scan
  if (text.charAt(at) === '"') return inDouble(scan, at + 1, end - 1)
  const plain = single(text, at, end)
  return plain === undefined ? undefined : { text: plain, whole: true }
}

function single(text: string, at: number, end: number): string | undefined {
  const held = (from: number) => text.slice(at + from, end - 1)
  switch (text.charAt(at)) {
    case "'":
      return held(1)
    case "\\":
      return text.charAt(at + 1) === "\n" ? "" : text.slice(at + 1, end)
    case "$":
      if (text.charAt(at + 1) === "'") return ansi(held(2))
      return behind(expands, text, at + 1) > at + 1 ? undefined : text.slice(at, end)
    case "~":
      return at === 0 || /[:=]/.test(text.charAt(at - 1)) ? undefined : "~"
    default: // a list, a program's output
      return undefined
  }
}

function inDouble(scan: Scan, start: number, last: number): Beginning {
  const held = scan.text
  let text = ""
  for (let at = start; at < last; ) {
    const run = Math.min(behind(/[^\\`$]+/y, held, at), last)
    const end = run > at ? run : partEnd(scan, at, true)
    const character = held.charAt(at)
    if (character === "`" || (character === "$" && behind(expands, held, at + 1) > at + 1 && at + 1 < last)) {
      return { text, whole: false }
    }
    const part = held.slice(at, end)
    text += character === "\\" ? part.replace(/^\\(?:([$"\\`])|\n)$/, "$1") : part
    at = end
  }
  return { text, whole: true }
}

/** What a backslash and a letter are in `$'…'`, and in a plain word of fish. */
export const letterEscapes: { readonly [letter: string]: string } = {
  a: "\x07",
  b: "\b",
  e: "\x1B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
}

/** Decodes `$'…'`; undefined if it contains bytes, which are not distinguished from characters here, or shells differ. */
function ansi(held: string): string | undefined {
  if (/\\[^abefnrtv'"?\\]/.test(held.replaceAll("\\\\", ""))) return undefined
  return held.replace(/\\([\s\S])/g, (_, letter: string) => letterEscapes[letter] ?? letter)
}

/** `${NAME:-default}`, alone or in double quotes, has a default that can be separated. */
function expression(raw: string): Reading {
  const isQuoted = raw.startsWith('"') && partEnd(scanOfWord(raw), 0) === raw.length
  const inner = isQuoted ? raw.slice(1, -1) : raw
  const found = /^\$\{[A-Za-z_]\w*:?[-=]([\s\S]*)\}$/.exec(inner)
  if (!found || partEnd(scanOfWord(inner), 0, isQuoted) !== inner.length) return { expression: inner }
  const fallback = plainText(isQuoted ? `"${found[1]}"` : (found[1] ?? ""))
  return fallback === undefined ? { expression: inner } : { expression: inner, fallback }
}
