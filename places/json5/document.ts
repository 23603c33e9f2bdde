import { type MemberNode, type ObjectNode, parse, type Token, tokenize, type ValueNode } from "@humanwhocodes/momoa"
import type { Json } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"
import { refuseLargeText } from "../common/bounds.ts"
import { position } from "../common/text.ts"
import { checkTokens } from "./tokens.ts"

/** A JSON5 text with what is needed to edit it by offsets. */
export interface Json5Document {
  readonly text: string
  /** Comments among them. */
  readonly tokens: readonly Token[]
  /** Undefined where there are only blanks and comments. */
  readonly root: ValueNode | undefined
  /** It is JSON proper, and has to stay so. */
  readonly strict: boolean
}

/** In characters: more than ten times what a real configuration has. */
const largest = 2 * 1024 * 1024

export function parseDocument(text: string): Json5Document {
  refuseLargeText(text, largest)
  // Without the line ending the tokenizer never comes back from a backslash that is the last character of a string.
  const tokens = guarded(text, () => tokenize(`${text}\n`, { mode: "json5" }))
  checkTokens(text, tokens)
  if (tokens.every(isComment)) return { text, tokens, root: undefined, strict: tokens.length === 0 }
  const bare = withoutComments(text, tokens)
  const root = guarded(text, () => parse(bare, { mode: "json5" }).body)
  return { text, tokens, root, strict: isStrict(text) }
}

/** Replaces comments by blanks, as the parser recurses once for each of adjacent comments and would overflow. */
function withoutComments(text: string, tokens: readonly Token[]): string {
  const parts: string[] = []
  let at = 0
  for (const comment of tokens.filter(isComment)) {
    const [start, end] = rangeOf(comment)
    parts.push(text.slice(at, start), " ".repeat(end - start))
    at = end
  }
  return parts.join("") + text.slice(at)
}

/** The parser's own messages quote the text, which may be a token: only the position is taken over. */
function guarded<T>(text: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { offset, message } = error as Partial<Error & { offset: number }>
    if (offset === undefined) throw error
    const what = message?.startsWith("Unexpected char") ? "character" : "text"
    const where = message?.startsWith("Unexpected end") ? text.length : offset
    throw new PlaceError(
      "unparsable",
      where >= text.length
        ? `is not JSON5: it ends too early at ${position(text, where)}`
        : `is not JSON5: unexpected ${what} at ${position(text, where)}`,
    )
  }
}

function isStrict(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export function isComment(token: Token): boolean {
  return token.type === "LineComment" || token.type === "BlockComment"
}

export function rangeOf(part: Token | ValueNode | MemberNode | MemberNode["name"]): readonly [number, number] {
  return [part.loc.start.offset, part.loc.end.offset]
}

export function keyOf(member: MemberNode): string {
  return member.name.type === "String" ? member.name.value : member.name.name
}

/** The first token that starts at the offset or after it. */
export function tokenFrom(doc: Json5Document, offset: number): number {
  let [low, high] = [0, doc.tokens.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((doc.tokens[middle]?.loc.start.offset ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

export function commaAfter(doc: Json5Document, member: MemberNode): Token | undefined {
  let at = tokenFrom(doc, rangeOf(member)[1])
  for (let token = doc.tokens[at]; token && isComment(token); token = doc.tokens[at]) at++
  const token = doc.tokens[at]
  return token?.type === "Comma" ? token : undefined
}

export function commentsIn(doc: Json5Document, object: ObjectNode): readonly Token[] {
  const [start, end] = rangeOf(object)
  return doc.tokens.slice(tokenFrom(doc, start + 1), tokenFrom(doc, end - 1)).filter(isComment)
}

/** The value of a node; a key such as `__proto__` is a key like any other. */
export function toJson(node: ValueNode): Json {
  switch (node.type) {
    case "Object":
      return Object.fromEntries(node.members.map((member) => [keyOf(member), toJson(member.value)]))
    case "Array":
      return node.elements.map((element) => toJson(element.value))
    case "Null":
      return null
    case "NaN":
      return Number.NaN
    case "Infinity":
      return node.sign === "-" ? -Infinity : Infinity
    default:
      return node.value
  }
}
