import type * as v from "valibot"
import type { KeyFacts } from "../../stacks/shapes.ts"
import type { ValueSchema } from "../../stacks/values.ts"

/** A key of the stack's file, as the documentation shows it. */
export interface DocumentedKey extends KeyFacts {
  readonly name: string
  readonly required: boolean
  readonly about: string
  /** Such as `integer`, or `list of strings`. */
  readonly type: string
  readonly schema: v.GenericSchema
  /** The mappings that are its value, or in it; several for one of several shapes. */
  readonly mappings: readonly KeyMapping[]
}

/** A mapping with fixed keys, and where it is, such as `gatekey:nodes.NAME.pairing`. */
export interface KeyMapping {
  readonly path: string
  readonly entries: Entries
}

interface Entries {
  readonly [name: string]: v.GenericSchema
}

/** What a schema of valibot has, by its type. */
interface Parts {
  readonly type: string
  readonly wrapped?: v.GenericSchema
  readonly entries?: Entries
  readonly item?: v.GenericSchema
  readonly value?: v.GenericSchema
  readonly pipe?: readonly Parts[]
  readonly metadata?: Metadata
}

interface Metadata {
  readonly key?: KeyFacts & { readonly about: string }
  readonly json?: ValueSchema
  readonly shapes?: readonly v.GenericSchema[]
}

/** Returns the keys of a mapping. */
export function keysOf({ path, entries }: KeyMapping): readonly DocumentedKey[] {
  return Object.entries(entries).map(([name, entry]) => {
    const { type, wrapped } = partsOf(entry)
    const schema = wrapped ?? entry
    const { key, json } = metadataOf(schema)
    if (!key) throw new Error(`${path}${name} has no description: declare it by \`required\` or \`optional\``)
    const example = key.example ?? exampleOf(schema, json, key.default)
    return {
      ...{ ...key, name, required: type !== "exact_optional", schema },
      ...{ type: typeOf(schema), mappings: mappingsIn(schema, `${path}${name}`) },
      ...(example === undefined ? {} : { example }),
    }
  })
}

/** Returns a schema's parts; of a pipe with a record, those of the record. */
function partsOf(schema: v.GenericSchema): Parts {
  const parts = schema as unknown as Parts
  return recordIn(parts) ?? parts
}

function recordIn(parts: Parts): Parts | undefined {
  if (parts.type === "record") return parts
  return (parts.pipe ?? []).map(recordIn).find((found) => found !== undefined)
}

/** Merges the metadata of a schema and of those that it was piped from; the outer ones count. */
function metadataOf(schema: v.GenericSchema | Parts): Metadata {
  const parts = (schema as Parts).pipe ?? []
  return Object.assign({}, ...parts.map((part) => (part.type === "metadata" ? part.metadata : metadataOf(part))))
}

/** Names a type in plain words. */
function typeOf(schema: v.GenericSchema): string {
  const { type, item, value, entries } = partsOf(schema)
  const { json, shapes } = metadataOf(schema)
  if (shapes) return [...new Set(shapes.map(typeOf))].join(" or ")
  if (item) return `list of ${pluralOf(typeOf(item))}`
  if (type === "record" && value) return `mapping from names to ${pluralOf(typeOf(value))}`
  if (entries) return "mapping"
  if (json?.enum) return json.enum.map((each) => `\`${each}\``).join(", ")
  return json?.type ?? "string"
}

function pluralOf(type: string): string {
  return /^[a-z]+$/.test(type) ? `${type}s` : type
}

/** Returns the mappings in a value, whose elements or members have `NAME` or `[]` in their path. */
function mappingsIn(schema: v.GenericSchema, path: string): readonly KeyMapping[] {
  const { type, item, value, entries } = partsOf(schema)
  const { shapes } = metadataOf(schema)
  if (shapes) return shapes.flatMap((each) => mappingsIn(each, path))
  if (item) return mappingsIn(item, `${path}[]`)
  if (type === "record" && value) return mappingsIn(value, `${path}.NAME`)
  return entries ? [{ path, entries }] : []
}

/** Returns an example by the kind of a value: what is not the default of a boolean, and the last one of words. */
function exampleOf(schema: v.GenericSchema, json: ValueSchema | undefined, usual?: string): unknown {
  const { item } = partsOf(schema)
  if (item) {
    const one = exampleOf(item, metadataOf(item).json)
    return one === undefined ? undefined : [one]
  }
  if (json?.type === "boolean") return !usual?.startsWith("true")
  return json?.examples?.[0] ?? json?.enum?.at(-1)
}
