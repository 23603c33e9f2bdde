import { escapeXml } from "../../core/escape.ts"
import { type Edit, removal } from "../common/edits.ts"
import { skipBlanksBack } from "../common/layout.ts"
import type { Element } from "./xml-parse.ts"

/** A line to add: how much deeper than its neighbours, and what stands on it. */
export type Line = readonly [depth: number, source: string]

export function write(name: "key" | "string", text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`
}

export function setText(element: Element, text: string): Edit {
  const { start, end, inner } = element
  return inner
    ? { start: inner.from, end: inner.to, text: escapeXml(text) }
    : { start, end, text: write("string", text) }
}

/** Takes elements out; neighbours go together with the space between them, and a line that held nothing else goes too. */
export function removeElements(source: string, elements: readonly Element[]): Edit[] {
  const ranges: { start: number; end: number }[] = []
  for (const { start, end } of elements) {
    const before = ranges.at(-1)
    if (before && isBlank(source.slice(before.end, start))) before.end = end
    else ranges.push({ start, end })
  }
  return ranges.map(({ start, end }) => {
    const rest = /[ \t]*(\r\n|\n|\r)/y
    rest.lastIndex = end
    const indent = indentBefore(source, start)
    const alone = indent !== undefined && rest.test(source)
    return alone ? removal(start - indent.length, rest.lastIndex) : removal(start, end)
  })
}

/** Adds lines at the end of a dictionary or array, laid out as the file is. */
export function append(source: string, top: Element, holder: Element, lines: readonly Line[]): Edit {
  const eol = /\r\n|\n|\r/.exec(source)?.[0] ?? ""
  const unit = indentUnit(source, top)
  const laidOut = (indent: string) => lines.map(([depth, text]) => indent + unit.repeat(depth) + text + eol).join("")
  const { start, end, inner } = holder
  const closing = inner && indentBefore(source, inner.to)
  if (inner && closing !== undefined && lineStart(source, inner.to) > inner.from) {
    const last = holder.children.findLast((child) => indentBefore(source, child.start) !== undefined)
    const at = lineStart(source, inner.to)
    return { start: at, end: at, text: laidOut((last && indentBefore(source, last.start)) ?? closing + unit) }
  }
  const isEmpty = holder.children.length === 0 && isBlank(source.slice(inner?.from, inner?.to))
  const base = /^[ \t]*/.exec(source.slice(lineStart(source, start)))?.[0] ?? ""
  const text =
    eol !== "" && (isEmpty || !inner) ? eol + laidOut(base + unit) + base : lines.map(([, each]) => each).join("")
  if (inner) return { start: isEmpty ? inner.from : inner.to, end: inner.to, text }
  const tag = source.slice(start, end).replace(/\s*\/>$/, ">")
  return { start, end, text: `${tag}${text}</${holder.name}>` }
}

/** One step of indentation: that of the first key, else a tab. */
function indentUnit(source: string, top: Element): string {
  const outer = indentBefore(source, top.start) ?? ""
  const first = top.children[0]
  const inner = (first && indentBefore(source, first.start)) ?? ""
  return inner.startsWith(outer) && inner !== outer ? inner.slice(outer.length) : "\t"
}

/** The space before an offset on its line; undefined if anything else stands there. */
function indentBefore(source: string, offset: number): string | undefined {
  const at = skipBlanksBack(source, offset)
  return at === 0 || /[\r\n]/.test(source.charAt(at - 1)) ? source.slice(at, offset) : undefined
}

function lineStart(source: string, offset: number): number {
  return Math.max(source.lastIndexOf("\n", offset - 1), source.lastIndexOf("\r", offset - 1)) + 1
}

function isBlank(text: string): boolean {
  return !/[^ \t\r\n]/.test(text)
}
