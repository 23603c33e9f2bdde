import { isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from "yaml"
import { PlaceError } from "../../core/errors.ts"
import { position } from "../common/text.ts"
import {
  afterColon,
  allPairs,
  follow,
  isBlank,
  keyOf,
  pairEnd,
  pairOf,
  pairStart,
  pairsOf,
  type Reached,
  rangeOf,
  type Yaml,
  type YamlPair,
} from "./yaml-document.ts"
import type { ScalarStyle } from "./yaml-scalar.ts"

/** A variable in the file. */
export interface Entry {
  readonly name: string
  /** The text as YAML has it; null: passed on from the shell. */
  readonly raw: string | null
  readonly start: number
  readonly end: number
  /** The range that a new value replaces, and the text before it. */
  readonly value: { readonly start: number; readonly end: number; readonly lead: string }
  readonly style: ScalarStyle | undefined
}

/** A service with its environment, if it has one. */
export interface Service {
  readonly pair: YamlPair
  readonly map: YAMLMap | undefined
  readonly foreign: boolean
  readonly environment: Reached<YamlPair> | undefined
  readonly held: Reached<YAMLMap | YAMLSeq> | undefined
}

export function findService(yaml: Yaml, name: string): { service: Service | undefined; names: readonly string[] } {
  const services = servicesIn(yaml)
  if (!services?.map) return { service: undefined, names: [] }
  const names = namesIn(yaml, services)
  const found = lookUp(yaml, { node: services.map, foreign: services.foreign }, name, `services.${name}`)
  return { service: found && { ...found, ...environmentOf(yaml, found, name) }, names }
}

/** Finds variables in each service: its own entries, or the inherited one. */
export function entriesOfAll(yaml: Yaml, variables: readonly string[]): EntriesOf[] {
  const services = servicesIn(yaml)
  if (!services?.map) return []
  const { map, foreign } = services
  return namesIn(yaml, services).flatMap((service) => {
    const found = lookUp(yaml, { node: map, foreign }, service, `services.${service}`)
    const held = found && environmentOf(yaml, found, service).held
    return held ? variables.map((variable) => ({ service, variable, ...entriesNamed(yaml, held, variable) })) : []
  })
}

function servicesIn(yaml: Yaml): Found | undefined {
  const root = yaml.doc.contents
  if (root && !isBlank(root) && !isMap(root)) throw shape(yaml, root, "the file is not a map")
  return isMap(root) ? lookUp(yaml, { node: root, foreign: false }, "services", "services") : undefined
}

function namesIn(yaml: Yaml, { map, foreign }: Found): readonly string[] {
  const pairs = map ? allPairs(yaml, map, foreign) : []
  return [...new Set(pairs.flatMap(({ node }) => keyOf(node) ?? []).reverse())]
}

type Found = Pick<Service, "pair" | "map" | "foreign">

function environmentOf(yaml: Yaml, { map, foreign }: Found, name: string): Pick<Service, "environment" | "held"> {
  const environment = map && pairOf(yaml, map, foreign, "environment")
  if (!environment) return { environment: undefined, held: undefined }
  const { node, foreign: away } = follow(yaml, environment.node.value, environment.foreign)
  if (isMap(node) || isSeq(node)) return { environment, held: { node, foreign: away } }
  if (node && !(isScalar(node) && node.value === null))
    throw shape(yaml, node, `environment of ${name} is not a map or a list`)
  return { environment: { ...environment, foreign: away }, held: undefined }
}

function lookUp(yaml: Yaml, { node: map, foreign }: Reached<YAMLMap>, key: string, what: string): Found | undefined {
  const pair = pairOf(yaml, map, foreign, key)
  if (!pair) return undefined
  const value = follow(yaml, pair.node.value, pair.foreign)
  if (isMap(value.node)) return { pair: pair.node, map: value.node, foreign: value.foreign }
  if (value.node && !(isScalar(value.node) && value.node.value === null))
    throw shape(yaml, value.node, `${what} is not a map`)
  return { pair: pair.node, map: undefined, foreign: value.foreign }
}

export interface Entries {
  /** In file order: the last of a name counts. */
  readonly own: readonly Entry[]
  /** Those that came by an alias or merge key: the first of a name counts, if there is no own one. */
  readonly inherited: readonly Entry[]
}

interface EntriesOf extends Entries {
  readonly service: string
  readonly variable: string
}

export function entriesOf(yaml: Yaml, { node, foreign }: Reached<YAMLMap | YAMLSeq>): Entries {
  if (isSeq(node)) {
    const entries = node.items.map((item, index) => listEntry(yaml, node, item as Node, index))
    return foreign ? { own: [], inherited: entries.reverse() } : { own: entries, inherited: [] }
  }
  const pairs = allPairs(yaml, node, foreign)
  const read = (away: boolean) =>
    pairs.filter((pair) => pair.foreign === away).flatMap((pair) => mapEntry(yaml, pair.node))
  return { own: read(false).reverse(), inherited: read(true) }
}

/** Finds the entries of one name, without reading the others. */
function entriesNamed(yaml: Yaml, held: Reached<YAMLMap | YAMLSeq>, name: string): Entries {
  const { node, foreign } = held
  if (isSeq(node)) return listsOf(yaml, node).get(name) ?? { own: [], inherited: [] }
  const pair = pairOf(yaml, node, foreign, name)
  if (!pair) return { own: [], inherited: [] }
  if (pair.foreign) return { own: [], inherited: mapEntry(yaml, pair.node) }
  const equal = pairsOf(node).filter((each) => keyOf(each) === name)
  return { own: equal.flatMap((each) => mapEntry(yaml, each)), inherited: [] }
}

const lists = new WeakMap<YAMLSeq, ReadonlyMap<string, Entries>>()

/** Groups the entries of a list by name; the last of a name counts. */
function listsOf(yaml: Yaml, list: YAMLSeq): ReadonlyMap<string, Entries> {
  const known = lists.get(list)
  if (known) return known
  const made = new Map<string, { own: Entry[]; inherited: [] }>()
  for (const [index, item] of list.items.entries()) {
    const entry = listEntry(yaml, list, item as Node, index)
    const entries = made.get(entry.name) ?? { own: [], inherited: [] }
    entries.own.push(entry)
    made.set(entry.name, entries)
  }
  lists.set(list, made)
  return made
}

function mapEntry(yaml: Yaml, pair: YamlPair): readonly Entry[] {
  const name = keyOf(pair)
  if (name === undefined) return []
  const { node: written } = follow(yaml, pair.value)
  if (written && !isScalar(written)) throw shape(yaml, written, "an environment entry is not a string")
  const colon = afterColon(pair)
  const [start, end] =
    pair.value && !isBlank(pair.value) ? rangeOf(pair.value) : [colon ?? pairEnd(pair), colon ?? pairEnd(pair)]
  const lead = start < end ? "" : colon === undefined ? ": " : " "
  const raw = textOf(yaml, written)
  return [
    {
      name,
      raw,
      start: pairStart(pair),
      end: pairEnd(pair),
      value: { start, end, lead },
      style: styleOf(written),
    },
  ]
}

function listEntry(yaml: Yaml, list: YAMLSeq, item: Node, index: number): Entry {
  const { node: written } = follow(yaml, item)
  const text = isScalar(written) ? textOf(yaml, written) : null
  if (text === null) throw shape(yaml, item, "an environment entry is not a string")
  const [start, end] = rangeOf(item)
  const equals = text.indexOf("=")
  return {
    name: equals < 0 ? text : text.slice(0, equals),
    raw: equals < 0 ? null : text.slice(equals + 1),
    start: dashOf(list, index) ?? start,
    end,
    value: { start, end, lead: "" },
    style: styleOf(written),
  }
}

function dashOf(list: YAMLSeq, index: number): number | undefined {
  const token = list.srcToken
  if (token?.type !== "block-seq") return undefined
  return token.items[index]?.start.find(({ type }) => type === "seq-item-ind")?.offset
}

function textOf({ text }: Yaml, node: Scalar | null): string | null {
  if (!node || node.value === null) return null
  if (typeof node.value !== "string") return node.source ?? null
  // At the end of a file without a last line ending, a block of text has none either, except for this parser.
  const cut = node.type?.startsWith("BLOCK") && !/[\r\n]/.test(text[rangeOf(node)[1] - 1] ?? "")
  return cut ? node.value.replace(/\n$/, "") : node.value
}

function styleOf(node: Node | null): ScalarStyle | undefined {
  if (!isScalar(node) || isBlank(node)) return undefined
  return node.type === "PLAIN" ? "plain" : node.type === "QUOTE_SINGLE" ? "single" : "double"
}

function shape({ text }: Yaml, node: Node, what: string): PlaceError {
  return new PlaceError("wrong-shape", `${what} (${position(text, rangeOf(node)[0])})`)
}
