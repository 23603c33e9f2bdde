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
  pairStart,
  type Reached,
  rangeOf,
  type Yaml,
  type YamlPair,
} from "./yaml-document.ts"
import type { ScalarStyle } from "./yaml-scalar.ts"

/** One variable as it is written. */
export interface Entry {
  readonly name: string
  /** The text as YAML has it; null: passed on from the shell. */
  readonly raw: string | null
  readonly start: number
  readonly end: number
  /** What a new value is written over, and what has to stand before it. */
  readonly value: { readonly start: number; readonly end: number; readonly lead: string }
  readonly style: ScalarStyle | undefined
}

/** A service with its environment, as far as there is any. */
export interface Service {
  readonly pair: YamlPair
  readonly map: YAMLMap | undefined
  readonly foreign: boolean
  readonly environment: Reached<YamlPair> | undefined
  readonly held: Reached<YAMLMap | YAMLSeq> | undefined
}

export function findService(yaml: Yaml, name: string): { service: Service | undefined; names: readonly string[] } {
  const root = yaml.doc.contents
  if (root && !isBlank(root) && !isMap(root)) throw shape(yaml, root, "the file is no map")
  const services = isMap(root) ? lookUp(yaml, { node: root, foreign: false }, "services", "services") : undefined
  if (!services) return { service: undefined, names: [] }
  const pairs = services.map ? allPairs(yaml, services.map, services.foreign) : []
  const names = [...new Set(pairs.flatMap(({ node }) => keyOf(node) ?? []).reverse())]
  const found =
    services.map && lookUp(yaml, { node: services.map, foreign: services.foreign }, name, `services.${name}`)
  if (!found) return { service: undefined, names }
  return { service: { ...found, ...environmentOf(yaml, found, name) }, names }
}

type Found = Pick<Service, "pair" | "map" | "foreign">

function environmentOf(yaml: Yaml, { map, foreign }: Found, name: string): Pick<Service, "environment" | "held"> {
  const environment = map && allPairs(yaml, map, foreign).find(({ node }) => keyOf(node) === "environment")
  if (!environment) return { environment: undefined, held: undefined }
  const { node, foreign: away } = follow(yaml, environment.node.value, environment.foreign)
  if (isMap(node) || isSeq(node)) return { environment, held: { node, foreign: away } }
  if (node && !(isScalar(node) && node.value === null))
    throw shape(yaml, node, `environment of ${name} is no map or list`)
  return { environment: { ...environment, foreign: away }, held: undefined }
}

function lookUp(yaml: Yaml, { node: map, foreign }: Reached<YAMLMap>, key: string, what: string): Found | undefined {
  const pair = allPairs(yaml, map, foreign).find(({ node }) => keyOf(node) === key)
  if (!pair) return undefined
  const value = follow(yaml, pair.node.value, pair.foreign)
  if (isMap(value.node)) return { pair: pair.node, map: value.node, foreign: value.foreign }
  if (value.node && !(isScalar(value.node) && value.node.value === null))
    throw shape(yaml, value.node, `${what} is no map`)
  return { pair: pair.node, map: undefined, foreign: value.foreign }
}

export interface Entries {
  /** In file order: the last of a name counts. */
  readonly own: readonly Entry[]
  /** Those that came by an alias or merge key: the first of a name counts, if there is no own one. */
  readonly inherited: readonly Entry[]
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

function mapEntry(yaml: Yaml, pair: YamlPair): readonly Entry[] {
  const name = keyOf(pair)
  if (name === undefined) return []
  const { node: written } = follow(yaml, pair.value)
  if (written && !isScalar(written)) throw shape(yaml, written, "an environment entry is no text")
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
  if (text === null) throw shape(yaml, item, "an environment entry is no text")
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
