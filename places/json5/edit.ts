import type { MemberNode, ObjectNode, ValueNode } from "@humanwhocodes/momoa"
import type { Json } from "../../core/content.ts"
import { type Edit, removal } from "../common/edits.ts"
import {
  closesLine,
  indentOf,
  insertion,
  lineEnd,
  lineStart,
  nextLine,
  opensLine,
  skipBlanks,
  skipBlanksBack,
} from "../common/layout.ts"
import { commaAfter, commentsIn, isComment, type Json5Document, rangeOf, tokenFrom } from "./document.ts"
import { render, renderMember, type Style, styleOf } from "./style.ts"

/** Adds a member after the last one of the object, in its style. */
export function addition(doc: Json5Document, object: ObjectNode, key: string, content: Json): readonly Edit[] {
  const last = object.members.at(-1)
  if (!last) return [firstAddition(doc, object, key, content)]
  const { text } = doc
  const style = styleOf(doc, object)
  const comma = commaAfter(doc, last)
  const trailing = comma ? "," : ""
  const [start, valueEnd] = rangeOf(last)
  const separator = comma ? [] : [insertion(valueEnd, ",")]
  const end = comma ? rangeOf(comma)[1] : valueEnd
  if (!opensLine(text, start))
    return [...separator, insertion(end, style.gap + renderMember(key, content, style, undefined) + trailing)]
  const indent = indentOf(text, start)
  const member = renderMember(key, content, style, indent)
  return [...separator, insertion(pastComments(doc, end), style.newline + indent + member + trailing)]
}

function firstAddition(doc: Json5Document, object: ObjectNode, key: string, content: Json): Edit {
  const { text } = doc
  const style = styleOf(doc, object)
  const [open, close] = [rangeOf(object)[0] + 1, rangeOf(object)[1] - 1]
  const comment = commentsIn(doc, object).at(-1)
  const outer = indentOf(text, open - 1)
  if (object === doc.root && !comment && !/[\r\n]/.test(text.slice(open, close))) {
    const member = renderMember(key, content, style, outer + style.unit)
    return { start: open, end: close, text: style.newline + outer + style.unit + member + style.newline + outer }
  }
  const at = comment ? rangeOf(comment)[1] : open
  if (!/[\r\n]/.test(text.slice(open, close))) {
    const pad = at < close ? " " : ""
    return insertion(at, pad + renderMember(key, content, style, undefined))
  }
  const aligned = comment && opensLine(text, rangeOf(comment)[0])
  const indent = aligned ? indentOf(text, rangeOf(comment)[0]) : outer + style.unit
  const closing = /[\r\n]/.test(text.slice(at, close)) ? "" : style.newline + outer
  return insertion(at, style.newline + indent + renderMember(key, content, style, indent) + closing)
}

/** Finds the offset after the comments of this line, which belong to the member before them. */
function pastComments(doc: Json5Document, offset: number): number {
  let end = offset
  for (let at = tokenFrom(doc, offset); ; at++) {
    const token = doc.tokens[at]
    if (!token || !isComment(token) || rangeOf(token)[0] >= lineEnd(doc.text, end)) return end
    end = rangeOf(token)[1]
  }
}

/** Replaces a member's value: an object gets lines of its own if the member has one. */
export function replacement(doc: Json5Document, member: MemberNode, content: Json, style: Style): Edit {
  const [start, end] = rangeOf(member.value)
  const [key] = rangeOf(member)
  const indent = opensLine(doc.text, key) ? indentOf(doc.text, key) : undefined
  const quote = doc.text[start] === "'" ? "'" : member.value.type === "String" ? '"' : style.quote
  return { start, end, text: render(content, { ...style, quote }, indent) }
}

export function removals(doc: Json5Document, object: ObjectNode, gone: ReadonlySet<MemberNode>): readonly Edit[] {
  const edits = object.members.filter((member) => gone.has(member)).flatMap((member) => memberRemoval(doc, member))
  const last = object.members.at(-1)
  if (!last || !gone.has(last) || commaAfter(doc, last)) return edits
  const kept = object.members.findLast((member) => !gone.has(member))
  const comma = kept && commaAfter(doc, kept)
  return comma ? [...edits, removal(...rangeOf(comma))] : edits
}

/** Removes a member with its comma, and with its line if it is alone there. */
function memberRemoval(doc: Json5Document, member: MemberNode): readonly Edit[] {
  const { text } = doc
  const [start, valueEnd] = rangeOf(member)
  const comma = commaAfter(doc, member)
  const joined = comma && /^\s*$/.test(text.slice(valueEnd, rangeOf(comma)[0]))
  const end = joined ? rangeOf(comma)[1] : valueEnd
  const apart = comma && !joined ? [removal(...rangeOf(comma))] : []
  if (opensLine(text, start) && closesLine(text, end))
    return [removal(lineStart(text, start), nextLine(text, end)), ...apart]

  const next = skipBlanks(text, end)
  if (text[next] !== "}" && !closesLine(text, end)) return [removal(start, next), ...apart]
  const before = doc.tokens[tokenFrom(doc, start) - 1]
  const pulled = opensLine(text, start) && text[next] === "}" && before && before.type !== "LineComment"
  return [removal(pulled ? rangeOf(before)[1] : skipBlanksBack(text, start), end), ...apart]
}

export function isObject(node: ValueNode | undefined): node is ObjectNode {
  return node?.type === "Object"
}
