import { Document, visit } from "yaml"
import { escapeOutput, escapeQuoted, shown } from "../../core/escape.ts"
import { isMapping, type Mapping } from "../../core/mapping.ts"

/** A part of a document that is written as a comment, for the user's decision; it is valid if it is uncommented. */
export class Suggestion {
  readonly value: unknown
  /** The reason, in one line that may be shown. */
  readonly why: string

  /** @param value undefined: only the reason is written */
  constructor(value: unknown, why: string) {
    this.value = value
    this.why = why
  }
}

/** The length limit of a reason, in characters. */
const longest = 2000

/**
 * Writes YAML in which each suggestion is commented out by `# `, after its reason behind `## `. A list or a mapping that
 * contains only suggestions is commented out with its key.
 */
export function draftText(document: Mapping): string {
  return `${linesOf(document).join("\n")}\n`
}

/** Returns the document as data: without the suggestions, or as if all were uncommented. */
export function draftData(value: unknown, suggestions: "without" | "with"): unknown {
  if (value instanceof Suggestion) return draftData(value.value, suggestions)
  const keeps = (each: unknown) => (suggestions === "with" ? !isReason(each) : !isCommented(each))
  if (Array.isArray(value)) return value.filter(keeps).map((each) => draftData(each, suggestions))
  if (!isPlain(value)) return value
  const kept = Object.entries(value).filter(([, each]) => keeps(each))
  return Object.fromEntries(kept.map(([key, each]) => [key, draftData(each, suggestions)]))
}

/** Checks whether a value contains only reasons. */
function isReason(value: unknown): boolean {
  if (value instanceof Suggestion) return value.value === undefined || isReason(value.value)
  const items = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : []
  return items.length > 0 && items.every(isReason)
}

function reasonsIn(value: unknown): string[] {
  if (value instanceof Suggestion) return [`## ${shown(value.why, longest)}`, ...reasonsIn(value.value)]
  const items = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : []
  return items.flatMap(reasonsIn)
}

/** Counts the suggestions that can be uncommented. */
export function suggestionsIn(value: unknown): number {
  if (value instanceof Suggestion) return isReason(value) ? 0 : 1 + suggestionsIn(value.value)
  const items = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : []
  return items.reduce((sum: number, each) => sum + suggestionsIn(each), 0)
}

/** Writes a mapping. @param open whether the lines are in a comment already */
function linesOf(mapping: Mapping, open = false): string[] {
  return Object.entries(mapping).flatMap(([key, value]) => {
    if (isReason(value)) return reasonsIn(value)
    if (value instanceof Suggestion) return suggestionLines(value, (held) => entryLines(key, held), open)
    return isCommented(value) && !open ? commentLines(entryLines(key, value, true)) : entryLines(key, value, open)
  })
}

function entryLines(key: string, value: unknown, open = false): string[] {
  if (!containsSuggestion(value)) return yaml({ [key]: value })
  const inner = Array.isArray(value) ? value.flatMap((item) => itemLines(item, open)) : linesOf(value as Mapping, open)
  return [`${yamlKey(key)}:`, ...inner.map((line) => `  ${line}`)]
}

function itemLines(item: unknown, open = false): string[] {
  if (isReason(item)) return reasonsIn(item)
  if (item instanceof Suggestion) return suggestionLines(item, itemLines, open)
  if (!containsSuggestion(item)) return yaml([item])
  if (isCommented(item) && !open) return commentLines(itemLines(item, true))
  // A reason may precede the first key.
  return ["-", ...linesOf(item as Mapping, open).map((line) => `  ${line}`)]
}

function suggestionLines({ value, why }: Suggestion, write: (value: unknown) => string[], open: boolean): string[] {
  const block = write(value)
  return [`## ${shown(why, longest)}`, ...(open ? block : commentLines(block))]
}

function commentLines(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${line}`)
}

/** Checks whether the whole value is commented out. */
function isCommented(value: unknown): boolean {
  if (value instanceof Suggestion) return true
  const items = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : []
  return items.length > 0 && items.every(isCommented)
}

function containsSuggestion(value: unknown): boolean {
  if (value instanceof Suggestion) return true
  if (Array.isArray(value)) return value.some(containsSuggestion)
  return isPlain(value) && Object.values(value).some(containsSuggestion)
}

function isPlain(value: unknown): value is Mapping {
  return isMapping(value) && !(value instanceof Suggestion)
}

function yaml(value: unknown): string[] {
  const document = new Document(value)
  visit(document, {
    // Escapes of unprintable characters need double quotes.
    Scalar(_, node) {
      if (typeof node.value === "string" && escapeOutput(node.value) !== node.value) node.type = "QUOTE_DOUBLE"
    },
  })
  return escapeQuoted(document.toString({ lineWidth: 0 }))
    .trimEnd()
    .split("\n")
}

function yamlKey(key: string): string {
  const [line = ""] = yaml({ [key]: 1 })
  return line.replace(/: 1$/, "")
}
