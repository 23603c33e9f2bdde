import type { FoundContent } from "../../core/content.ts"
import { missing, value } from "../format.ts"

/**
 * Evaluates an entry like Compose: `$$` is a dollar, `$NAME` and `${NAME…}` are looked up in its environment.
 * `$NAME` stays as it is written, since it may be a token that begins with a dollar, meant as a text.
 */
export function meaningOf(raw: string): FoundContent {
  if (raw === "") return missing
  if (!expands(raw)) return value(raw.replaceAll("$$", "$"))
  const fallback = isExpression(raw) ? /^\$\{\w+:?-(.+)\}$/s.exec(raw)?.[1] : undefined
  const read = fallback === undefined || expands(fallback) ? fallback : fallback.replaceAll("$$", "$")
  return { kind: "reference", content: raw, ...(read === undefined ? {} : { fallback: read }) }
}

/** Converts a whole `$NAME` to an expression. */
export function braced(content: string): string {
  return content.replace(/^\$([A-Za-z_]\w*)$/, (_, name) => `\${${name}}`)
}

/** Evaluates an entry without a value, which comes from the shell. */
export function fromShell(name: string): FoundContent {
  return { kind: "reference", content: `\${${name}}` }
}

/** Formats content: one whole `${NAME…}` stays an expression, any other dollar is escaped. */
export function escaped(content: string): string {
  return isExpression(content) ? content : content.replaceAll("$", "$$$$")
}

function isExpression(text: string): boolean {
  if (!/^\$\{[A-Za-z_]\w*(?:\}|:?[-+?])/.test(text)) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith("$$", at)) at++
    else if (text.startsWith("${", at)) depth++
    else if (text[at] === "}" && --depth === 0) return at === text.length - 1
  }
  return false
}

function expands(raw: string): boolean {
  return /\$[{A-Za-z_]/.test(raw.replaceAll("$$", ""))
}
