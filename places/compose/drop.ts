import { isMap, type Node } from "yaml"
import { type Edit, removal } from "../common/edits.ts"
import { closesLine, insertion, lineStart, nextLine, opensLine, skipBlanks, skipBlanksBack } from "../common/layout.ts"
import type { VariablesNode } from "./edit.ts"
import type { Entry } from "./environment.ts"
import { afterColon, commaAfter, pairEnd, pairStart, rangeOf, type Span, type YamlPair } from "./yaml-document.ts"

export function removals(text: string, held: VariablesNode, gone: readonly Entry[], pair: YamlPair): readonly Edit[] {
  if (held.flow) return flowRemovals(text, held, gone)
  const edits = gone.map((entry) => blockRemoval(text, entry))
  if (gone.length < held.items.length) return edits
  // Without any line `null` would be left, which Compose refuses.
  return [...edits, insertion(afterColon(pair) ?? pairEnd(pair), isMap(held) ? " {}" : " []")]
}

function blockRemoval(text: string, { start, end }: Entry): Edit {
  if (/[\r\n]/.test(text[end - 1] ?? "")) return removal(lineStart(text, start), end)
  if (closesLine(text, end)) return removal(lineStart(text, start), nextLine(text, end))
  return removal(start, skipBlanks(text, end))
}

function flowRemovals(text: string, held: VariablesNode, gone: readonly Entry[]): readonly Edit[] {
  const starts = new Set(gone.map(({ start }) => start))
  const edits = gone.flatMap((entry) => flowRemoval(text, entry))
  const spans = held.items.map((item) => spanOf(item as Node | YamlPair))
  const last = spans.at(-1)
  if (!last || !starts.has(last.start) || commaAfter(text, last.end) !== undefined) return edits
  const kept = spans.findLast(({ start }) => !starts.has(start))
  const comma = kept && commaAfter(text, kept.end)
  return comma === undefined ? edits : [...edits, removal(comma, comma + 1)]
}

function spanOf(item: Node | YamlPair): Span {
  if ("key" in item) return { start: pairStart(item), end: pairEnd(item) }
  const [start, end] = rangeOf(item)
  return { start, end }
}

function flowRemoval(text: string, { start, end }: Entry): readonly Edit[] {
  const comma = commaAfter(text, end)
  const joined = comma !== undefined && /^\s*$/.test(text.slice(end, comma))
  const past = joined ? comma + 1 : end
  const apart = comma !== undefined && !joined ? [removal(comma, comma + 1)] : []
  if (opensLine(text, start) && closesLine(text, past))
    return [removal(lineStart(text, start), nextLine(text, past)), ...apart]
  const next = skipBlanks(text, past)
  if (/[\]}]/.test(text[next] ?? "") || closesLine(text, past))
    return [removal(skipBlanksBack(text, start), past), ...apart]
  return [removal(start, next), ...apart]
}
