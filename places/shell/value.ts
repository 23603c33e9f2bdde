import type { Reading } from "../common/variables.ts"
import { behindPart } from "./tokens.ts"

/** A value as one word of a shell, whatever it holds. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`
}

/** What a shell makes of the text behind `NAME=`: a value, or an expression where it expands something. */
export function shellValue(raw: string): Reading {
  let text = ""
  for (let at = 0; at < raw.length; ) {
    const end = behindPart(raw, at)
    const part = literal(raw.slice(at, end), raw.slice(end), text === "" || raw.charAt(at - 1) === ":")
    if (part === undefined) return expression(raw)
    text += part
    at = end
  }
  return { text }
}

// The last four are zsh's own; a double quote asks bash for a translation. A line that goes on may do so before each.
const expands = /^(?:\\\n)*["A-Za-z0-9_*@#?!${(=~^+-]|^(?:\\\n)+'/

function literal(part: string, rest: string, mayBeHome: boolean): string | undefined {
  if (part.startsWith("'")) return part.slice(1, -1)
  if (part.startsWith("$'")) return ansi(part.slice(2, -1))
  if (part.startsWith('"')) return inDouble(part.slice(1, -1))
  if (part.startsWith("\\")) return part === "\\\n" ? "" : part.slice(1)
  if (part.startsWith("`") || (part.startsWith("$") && expands.test(part.slice(1) + rest))) return undefined
  return part === "~" && mayBeHome ? undefined : part
}

function inDouble(held: string): string | undefined {
  let text = ""
  for (let at = 0; at < held.length; ) {
    const end = behindPart(held, at, true)
    const part = held.slice(at, end)
    if (part.startsWith("`") || (part.startsWith("$") && expands.test(held.slice(at + 1)))) return undefined
    text += part.replace(/^\\(?:([$"\\`])|\n)$/, "$1")
    at = end
  }
  return text
}

const escapes: { readonly [letter: string]: string } = {
  a: "\x07",
  b: "\b",
  e: "\x1B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
}

/** The text of `$'…'`; undefined where it names bytes, which are not told from characters here, or where shells differ. */
function ansi(held: string): string | undefined {
  if (/\\[^abefnrtv'"?\\]/.test(held.replaceAll("\\\\", ""))) return undefined
  return held.replace(/\\([\s\S])/g, (_, letter: string) => escapes[letter] ?? letter)
}

/** `${NAME:-default}`, alone or in double quotes, has a default that can be told apart. */
function expression(raw: string): Reading {
  const quoted = raw.startsWith('"') && behindPart(raw, 0) === raw.length
  const inner = quoted ? raw.slice(1, -1) : raw
  const found = /^\$\{[A-Za-z_]\w*:?-([\s\S]*)\}$/.exec(inner)
  if (!found || behindPart(inner, 0, quoted) !== inner.length) return { expression: inner }
  const fallback = shellValue(quoted ? `"${found[1]}"` : (found[1] ?? ""))
  return "text" in fallback ? { expression: inner, fallback: fallback.text } : { expression: inner }
}
