import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml"
import { PlaceError } from "../../core/errors.ts"
import { position } from "../common/text.ts"

export interface Yaml {
  readonly text: string
  readonly doc: Document
  /** What each alias stands for: found at once, as the parser goes through the document for each. */
  readonly targets: ReadonlyMap<Alias, Node>
}

/** A node, and whether it stands elsewhere: behind an alias or a merge key. */
export interface Reached<T = Node> {
  readonly node: T
  readonly foreign: boolean
}

export interface Span {
  readonly start: number
  readonly end: number
}

export type YamlPair = Pair<Node, Node | null>

/** Far more than a Compose file has, far less than what exhausts a machine. */
const mostAliases = 10_000

export function parseYaml(text: string): Yaml {
  const doc = guarded(() =>
    parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, prettyErrors: false, logLevel: "error" }),
  )
  const error = doc.errors[0]
  // The parser's own messages quote the text, which may be a token: its code and position do not.
  if (error) {
    const what = error.code.toLowerCase().replaceAll("_", " ")
    throw new PlaceError("unparsable", `is not one YAML document: ${what} at ${position(text, error.pos[0])}`)
  }
  return { text, doc, targets: text.includes("*") ? resolveAliases(doc) : new Map() }
}

function guarded<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw new PlaceError("unparsable", "is nested too deeply")
    throw error
  }
}

function resolveAliases(doc: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(doc, {
    Alias(_key, alias) {
      const target = anchors.get(alias.source)
      if (!target) throw new PlaceError("unparsable", "is no usable YAML: an alias has no anchor")
      targets.set(alias, target)
    },
    Node(_key, node) {
      if (!isAlias(node) && node.anchor) anchors.set(node.anchor, node)
    },
  })
  if (targets.size > mostAliases || multiply(doc))
    throw new PlaceError("unparsable", "is no usable YAML: its aliases multiply beyond measure")
  return targets
}

function multiply(doc: Document): boolean {
  try {
    guarded(() => doc.toJS({ maxAliasCount: mostAliases, mapAsMap: true }))
    return false
  } catch (error) {
    if (error instanceof ReferenceError) return true
    throw error
  }
}

export function follow({ targets }: Yaml, node: Node | null | undefined, foreign = false): Reached<Node | null> {
  if (!isAlias(node)) return { node: node ?? null, foreign }
  return { node: targets.get(node) ?? null, foreign: true }
}

export function keyOf(pair: YamlPair): string | undefined {
  if (!isScalar(pair.key)) return undefined
  return typeof pair.key.value === "string" ? pair.key.value : pair.key.source
}

export function pairsOf(map: YAMLMap): readonly YamlPair[] {
  return map.items as YamlPair[]
}

/** The pairs of a map and of those merged into it, the ones that count first; duplicates in a map: the last counts. */
export function allPairs(yaml: Yaml, map: YAMLMap, foreign: boolean, seen = new Set<Node>()): Reached<YamlPair>[] {
  if (seen.has(map)) return []
  seen.add(map)
  const pairs = pairsOf(map)
  const own = pairs.filter((pair) => !isMerge(pair)).map((node) => ({ node, foreign }))
  const merged = pairs
    .filter(isMerge)
    .map((pair) => follow(yaml, pair.value).node)
    .flatMap((node) => (isSeq(node) ? (node.items as Node[]) : [node]))
    .map((node) => follow(yaml, node).node)
    .flatMap((node) => (isMap(node) ? allPairs(yaml, node, true, seen) : []))
  return [...own.reverse(), ...merged]
}

function isMerge(pair: YamlPair): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<"
}

/** Nothing is written there, not even `null`. */
export function isBlank(node: Node | null | undefined): boolean {
  return !node || (isScalar(node) && node.type === "PLAIN" && node.source === "")
}

export function rangeOf(node: Node): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0]
  return [start, end]
}

/** Past the colon of a pair, and the anchor or tag behind it. */
export function afterColon(pair: YamlPair): number | undefined {
  const marks = pair.srcToken?.sep?.filter(
    ({ type }) => type === "map-value-ind" || type === "anchor" || type === "tag",
  )
  const last = marks?.at(-1)
  return marks?.some(({ type }) => type === "map-value-ind") && last ? last.offset + last.source.length : undefined
}

export function pairStart(pair: YamlPair): number {
  const mark = pair.srcToken?.start.find(({ type }) => ["anchor", "tag", "explicit-key-ind"].includes(type))
  return mark?.offset ?? rangeOf(pair.key)[0]
}

/** Where the written content ends, without the comment behind it; a block scalar ends past its line break. */
export function pairEnd(pair: YamlPair): number {
  if (pair.value && !isBlank(pair.value)) return contentEnd(pair.value)
  return afterColon(pair) ?? rangeOf(pair.key)[1]
}

function contentEnd(node: Node): number {
  if (!isCollection(node) || node.flow) return rangeOf(node)[1]
  const last = node.items.at(-1)
  if (isMap(node)) return last ? pairEnd(last as YamlPair) : rangeOf(node)[1]
  return last && !isBlank(last as Node) ? contentEnd(last as Node) : rangeOf(node)[1]
}

/** The comma that follows in a flow collection, past blanks and comments. */
export function commaAfter(text: string, offset: number): number | undefined {
  const gap = /^(?:[ \t\r\n]|(?<=[ \t\r\n])#[^\r\n]*)*/.exec(text.slice(offset))?.[0] ?? ""
  return text[offset + gap.length] === "," ? offset + gap.length : undefined
}
