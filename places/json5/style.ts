import type { MemberNode, ObjectNode } from "@humanwhocodes/momoa"
import type { Json } from "../../core/content.ts"
import { indentOf, newlineOf, opensLine } from "../common/layout.ts"
import { type Json5Document, rangeOf } from "./document.ts"

type Quote = '"' | "'"

/** The style of a new entry, like its neighbours. */
export interface Style {
  readonly unit: string
  readonly newline: string
  readonly quote: Quote
  /** Undefined: keys stand without quotes where they can. */
  readonly keyQuote: Quote | undefined
  /** Between a colon or comma and what follows. */
  readonly gap: string
}

export function styleOf(doc: Json5Document, object?: ObjectNode): Style {
  const sample = object?.members.at(-1) ?? firstMember(doc)
  const bareKeys = !doc.strict && sample?.name.type === "Identifier"
  const quote = doc.strict ? '"' : quoteOf(doc, object)
  const keyQuote = doc.strict ? '"' : sample?.name.type === "String" ? quoteAt(doc, sample.name) : quote
  return {
    unit: unitOf(doc),
    newline: newlineOf(doc.text),
    quote,
    keyQuote: bareKeys ? undefined : keyQuote,
    gap: sample && /:$/.test(doc.text.slice(rangeOf(sample.name)[1], rangeOf(sample.value)[0])) ? "" : " ",
  }
}

function firstMember(doc: Json5Document): MemberNode | undefined {
  return doc.root?.type === "Object" ? doc.root.members[0] : undefined
}

function quoteAt(doc: Json5Document, part: Parameters<typeof rangeOf>[0]): Quote {
  return doc.text[rangeOf(part)[0]] === "'" ? "'" : '"'
}

function quoteOf(doc: Json5Document, object: ObjectNode | undefined): Quote {
  const sibling = object?.members.find((member) => member.value.type === "String")?.value
  const sample = sibling ?? doc.tokens.find((token) => token.type === "String")
  return sample ? quoteAt(doc, sample) : '"'
}

/** One step of indentation: the first member that stands deeper than what holds it tells. */
function unitOf(doc: Json5Document): string {
  const ahead = doc.root?.type === "Object" ? [doc.root] : []
  for (const object of ahead) {
    for (const member of object.members) {
      const unit = stepBetween(doc, object, member)
      if (unit !== undefined) return unit
      if (member.value.type === "Object") ahead.push(member.value)
    }
  }
  return "  "
}

function stepBetween({ text }: Json5Document, object: ObjectNode, member: MemberNode): string | undefined {
  const [start] = rangeOf(member)
  if (!opensLine(text, start)) return undefined
  const [outer, inner] = [indentOf(text, rangeOf(object)[0]), indentOf(text, start)]
  return inner.startsWith(outer) ? inner.slice(outer.length) : undefined
}

/** With an indentation one line each, without it on one line. */
export function render(content: Json, style: Style, indent: string | undefined): string {
  if (typeof content === "string") return quoted(content, style.quote)
  if (typeof content !== "object" || content === null) return JSON.stringify(content)
  const inner = indent === undefined ? undefined : indent + style.unit
  const [open, close, items] = Array.isArray(content)
    ? ["[", "]", content.map((item) => render(item, style, inner))]
    : ["{", "}", Object.entries(content).map(([key, item]) => renderMember(key, item, style, inner))]
  if (items.length === 0) return open + close
  if (inner === undefined) return open + items.join(`,${style.gap}`) + close
  const lines = items.map((item) => style.newline + inner + item)
  return open + lines.join(",") + style.newline + indent + close
}

export function renderMember(key: string, content: Json, style: Style, indent: string | undefined): string {
  const name = style.keyQuote === undefined && isName(key) ? key : quoted(key, style.keyQuote ?? style.quote)
  return `${name}:${style.gap}${render(content, style, indent)}`
}

/** Matches a key that every reader accepts without quotes, except reserved words. */
function isName(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key) && !/^(?:true|false|null|NaN|Infinity)$/.test(key)
}

/** The two separators end a line in older readers. */
function quoted(text: string, quote: Quote): string {
  const double = JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
  if (quote === '"') return double
  const inner = double.slice(1, -1).replace(/\\.|'/g, (part) => (part === '\\"' ? '"' : part === "'" ? "\\'" : part))
  return `'${inner}'`
}
