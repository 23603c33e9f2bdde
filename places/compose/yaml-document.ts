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
  parseAllDocuments,
  parseDocument,
  type YAMLMap,
} from "yaml"
import { PlaceError } from "../../core/errors.ts"
import { refuseLargeText } from "../common/bounds.ts"
import { position } from "../common/text.ts"
import { resolveAliases } from "./yaml-aliases.ts"

export interface Yaml {
  readonly text: string
  readonly doc: Document
  /** The target of each alias, found at once, as the parser would search the document for each. */
  readonly targets: ReadonlyMap<Alias, Node>
}

/** A node, and whether it comes from an alias or a merge key. */
export interface Reached<T = Node> {
  readonly node: T
  readonly foreign: boolean
}

export interface Span {
  readonly start: number
  readonly end: number
}

export type YamlPair = Pair<Node, Node | null>

/** In characters: more than ten times what a real Compose file has. */
const largest = 1024 * 1024

const options = { keepSourceTokens: true, uniqueKeys: false, prettyErrors: false, logLevel: "error" } as const

export function parseYaml(text: string): Yaml {
  refuseLargeText(text, largest)
  return guarded(() => checked(text, parseDocument(text, options)))
}

/** Parses the documents. @param most documents */
export function parseYamls(text: string, most: number): Yaml[] {
  refuseLargeText(text, largest)
  return guarded(() => {
    const all = parseAllDocuments(text, options)
    if (!Array.isArray(all)) return []
    if (all.length > most) throw new PlaceError("unparsable", `is more than ${most} YAML documents`)
    return all.map((doc) => checked(text, doc))
  })
}

function checked(text: string, doc: Document): Yaml {
  const error = doc.errors[0]
  // The parser's own messages quote the text, which may be a token: its code and position do not.
  if (error) {
    const what = error.code.toLowerCase().replaceAll("_", " ")
    const problem = error.code === "MULTIPLE_DOCS" ? "several-documents" : "unparsable"
    throw new PlaceError(problem, `is not one YAML document: ${what} at ${position(text, error.pos[0])}`)
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

/** Lists the pairs of a map and of the maps merged into it, those that count first; of duplicates in a map the last counts. */
export function allPairs(yaml: Yaml, map: YAMLMap, foreign: boolean): Reached<YamlPair>[] {
  const found: Reached<YamlPair>[] = []
  const seen = new Set<Node>()
  const waiting = [{ map, foreign }]
  // Not by recursion: thousands of maps that are merged one into the other would overflow the stack.
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { map, foreign } = next
    if (seen.has(map)) continue
    seen.add(map)
    const pairs = pairsOf(map)
    for (const node of pairs.filter((pair) => !isMerge(pair)).reverse()) found.push({ node, foreign })
    const merged = pairs
      .filter(isMerge)
      .map((pair) => follow(yaml, pair.value).node)
      .flatMap((node) => (isSeq(node) ? (node.items as Node[]) : [node]))
      .map((node) => follow(yaml, node).node)
    for (const node of merged.reverse()) if (isMap(node)) waiting.push({ map: node, foreign: true })
  }
  return found
}

/** The pairs of a map by their keys, the last of a name first, and the maps that are merged into it. */
interface Index {
  readonly own: ReadonlyMap<string, YamlPair>
  readonly merged: readonly YAMLMap[]
  /** The results of searches in it, and what is merged into it. */
  readonly known: Map<string, YamlPair | undefined>
}

const indices = new WeakMap<YAMLMap, Index>()

function indexOf(yaml: Yaml, map: YAMLMap): Index {
  const known = indices.get(map)
  if (known) return known
  const own = new Map<string, YamlPair>()
  const merged: YAMLMap[] = []
  for (const pair of pairsOf(map)) {
    const name = keyOf(pair)
    if (!isMerge(pair)) {
      if (name !== undefined) own.set(name, pair)
      continue
    }
    const { node } = follow(yaml, pair.value)
    for (const item of isSeq(node) ? (node.items as Node[]) : [node]) {
      const { node: each } = follow(yaml, item)
      if (isMap(each)) merged.push(each)
    }
  }
  const made = { own, merged: [...new Set(merged)], known: new Map<string, YamlPair | undefined>() }
  indices.set(map, made)
  return made
}

/** Finds the pair of a map that counts, its own or a merged one, without going through all the others. */
export function pairOf(yaml: Yaml, map: YAMLMap, foreign: boolean, key: string): Reached<YamlPair> | undefined {
  const { own, merged } = indexOf(yaml, map)
  const node = own.get(key)
  if (node) return { node, foreign }
  for (const each of merged) {
    const found = searched(yaml, each, key)
    if (found) return { node: found, foreign: true }
  }
  return undefined
}

function searched(yaml: Yaml, map: YAMLMap, key: string): YamlPair | undefined {
  const seen = new Set<YAMLMap>()
  const waiting = [map]
  let found: YamlPair | undefined
  for (let next = waiting.pop(); next && !found; next = waiting.pop()) {
    const { own, merged, known } = indexOf(yaml, next)
    if (seen.has(next)) continue
    seen.add(next)
    found = own.get(key) ?? known.get(key)
    if (!found && !known.has(key)) waiting.push(...merged.toReversed())
  }
  for (const each of found ? [map] : seen) indexOf(yaml, each).known.set(key, found)
  return found
}

function isMerge(pair: YamlPair): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<"
}

/** Checks for a missing value, without even `null`. */
export function isBlank(node: Node | null | undefined): boolean {
  return !node || (isScalar(node) && node.type === "PLAIN" && node.source === "")
}

export function rangeOf(node: Node): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0]
  return [start, end]
}

/** Finds the offset after the colon of a pair, and its anchor or tag. */
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

/** Finds the end of the content, without the comment after it; a block scalar ends after its line break. */
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

/** Finds the next comma in a flow collection, after blanks and comments. */
export function commaAfter(text: string, offset: number): number | undefined {
  const gap = /^(?:[ \t\r\n]|(?<=[ \t\r\n])#[^\r\n]*)*/.exec(text.slice(offset))?.[0] ?? ""
  return text[offset + gap.length] === "," ? offset + gap.length : undefined
}
