import { isMap, type YAMLMap, type YAMLSeq } from "yaml"
import type { Edit } from "../common/edits.ts"
import { indentOf, insertion, lineEnd, newlineOf, opensLine } from "../common/layout.ts"
import type { Entry } from "./environment.ts"
import { commaAfter, pairEnd, pairStart, pairsOf, rangeOf, type Span } from "./yaml-document.ts"
import { type ScalarStyle, yamlScalar } from "./yaml-scalar.ts"

export type VariablesNode = YAMLMap | YAMLSeq

/** Formats a variable for a map or a list. */
export function entryText(
  name: string,
  raw: string,
  held: VariablesNode | undefined,
  style: ScalarStyle,
  flow: boolean,
): string {
  if (held && !isMap(held)) return yamlScalar(`${name}=${raw}`, style, flow)
  return `${yamlScalar(name, "plain", flow)}: ${yamlScalar(raw, style, flow)}`
}

export function replacement(entry: Entry, raw: string, held: VariablesNode): Edit {
  const text = isMap(held) ? raw : `${entry.name}=${raw}`
  const { start, end, lead } = entry.value
  return { start, end, text: lead + yamlScalar(text, entry.style ?? "double", held.flow === true) }
}

/** Ends an edit with a line break: a block scalar ends past it, but its successor needs it too. */
export function endingLine(text: string, edit: Edit, newline: string): Edit {
  return /[\r\n]$/.test(text.slice(edit.start, edit.end)) ? { ...edit, text: edit.text + newline } : edit
}

export function addition(
  text: string,
  held: VariablesNode,
  entries: readonly Entry[],
  name: string,
  raw: string,
): readonly Edit[] {
  const entry = entryText(name, raw, held, entries.at(-1)?.style ?? "double", held.flow === true)
  return appended(text, held, lastSpan(held, entries), entry)
}

/** Adds a YAML entry after the last one of a map or a list; an item of a block list starts at its dash. */
export function appended(text: string, held: VariablesNode, last: Span, entry: string): readonly Edit[] {
  if (held.flow === true) return intoFlow(text, rangeOf(held), last, entry)
  const dash = isMap(held) ? "" : dashOf(text, last.start)
  return [ownLine(text, last.end, indentOf(text, last.start) + dash + entry)]
}

/** Finds the last entry in the file, merge keys included. */
function lastSpan(held: VariablesNode, entries: readonly Entry[]): Span {
  const pair = isMap(held) ? pairsOf(held).at(-1) : undefined
  if (pair) return { start: pairStart(pair), end: pairEnd(pair) }
  return entries.at(-1) ?? { start: rangeOf(held)[0], end: rangeOf(held)[0] }
}

function dashOf(text: string, start: number): string {
  return /^- */.exec(text.slice(start))?.[0] ?? "- "
}

/** Adds a line after the one of an offset. */
export function ownLine(text: string, end: number, line: string): Edit {
  const newline = newlineOf(text)
  return /[\r\n]/.test(text[end - 1] ?? "")
    ? insertion(end, line + newline)
    : insertion(lineEnd(text, end), newline + line)
}

function intoFlow(text: string, [open, close]: readonly [number, number], last: Span, entry: string): readonly Edit[] {
  if (last.end <= open) return [insertion(open + 1, (open + 2 < close ? " " : "") + entry)]
  if (!opensLine(text, last.start)) return [insertion(last.end, `, ${entry}`)]
  const comma = commaAfter(text, last.end)
  const end = comma === undefined ? last.end : comma + 1
  const rest = text.slice(end, lineEnd(text, end))
  const at = /^[ \t]*(?:#|$)/.test(rest) ? end + rest.length : end
  const line = newlineOf(text) + indentOf(text, last.start) + entry
  return comma === undefined ? [insertion(last.end, ","), insertion(at, line)] : [insertion(at, `${line},`)]
}
