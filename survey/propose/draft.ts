import { Document, visit } from "yaml"
import { printable, printableQuoted, shown } from "../../core/escape.ts"
import { isMapping, type Mapping } from "../../core/mapping.ts"

/** A part of a document that is written as a comment, for the user to decide; it is valid once it is uncommented. */
export class Suggestion {
  readonly value: unknown
  /** Why it is not simply done: one line, as it may be shown. */
  readonly why: string

  /** @param value undefined: only the reason is written */
  constructor(value: unknown, why: string) {
    this.value = value
    this.why = why
  }
}

/** Of a reason, characters. */
const longest = 2000

/**
 * Writes YAML in which each suggestion is commented out by one `# ` a line, and its reason stands before it behind
 * `## `. A list or a mapping of nothing but suggestions is commented out with its key.
 */
export function draftText(document: Mapping): string {
  return `${linesOf(document).join("\n")}\n`
}

/** The same as data: without the suggestions, or as if all were uncommented. */
export function draftData(value: unknown, suggestions: "without" | "with"): unknown {
  if (value instanceof Suggestion) return draftData(value.value, suggestions)
  const keeps = (each: unknown) => (suggestions === "with" ? !isReason(each) : !isCommented(each))
  if (Array.isArray(value)) return value.filter(keeps).map((each) => draftData(each, suggestions))
  if (!isPlain(value)) return value
  const kept = Object.entries(value).filter(([, each]) => keeps(each))
  return Object.fromEntries(kept.map(([key, each]) => [key, draftData(each, suggestions)]))
}

/** Whether nothing but reasons is in it. */
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

/** How many suggestions there are that could be uncommented. */
export function suggestionsIn(value: unknown): number {
  if (value instanceof Suggestion) return isReason(value) ? 0 : 1 + suggestionsIn(value.value)
  const items = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : []
  return items.reduce((sum: number, each) => sum + suggestionsIn(each), 0)
}

/** @param open whether the lines are in a comment already, so that a suggestion there needs none of its own */
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
  // A reason may stand before the first key.
  return ["-", ...linesOf(item as Mapping, open).map((line) => `  ${line}`)]
}

function suggestionLines({ value, why }: Suggestion, write: (value: unknown) => string[], open: boolean): string[] {
  const block = write(value)
  return [`## ${shown(why, longest)}`, ...(open ? block : commentLines(block))]
}

function commentLines(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${line}`)
}

/** Whether nothing of it stands in the document once the comments are left out. */
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
    // What a terminal cannot show is spelt out, which only double quotes allow.
    Scalar(_, node) {
      if (typeof node.value === "string" && printable(node.value) !== node.value) node.type = "QUOTE_DOUBLE"
    },
  })
  return printableQuoted(document.toString({ lineWidth: 0 }))
    .trimEnd()
    .split("\n")
}

function yamlKey(key: string): string {
  const [line = ""] = yaml({ [key]: 1 })
  return line.replace(/: 1$/, "")
}
