import * as v from "valibot"
import { isMapping } from "../core/mapping.ts"
import { formatSuggestion } from "../core/suggest.ts"
import * as values from "./values.ts"

/** Marks an issue about a key, not about its value. */
export const knownKey = "known-key"

/** Accepts a mapping with exactly these keys; reports every unknown one with the nearest known. */
export function strictMapping<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries)
  const keys = `expected one of ${known.join(", ")}`
  return v.pipe(
    v.looseObject(entries, ({ path, input }) => {
      const missing = input === undefined && path ? entries[String(path[0].key)] : undefined
      return (
        (missing && v.getDescription(missing as v.GenericSchema)) ??
        `expected a mapping with the keys ${known.join(", ")}`
      )
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      const value = dataset.value as { [key: string]: unknown }
      if (typeof value !== "object" || value === null) return
      for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
        const path = [{ type: "object" as const, origin: "key" as const, input: value, key, value: value[key] }]
        addIssue({
          expected: knownKey,
          message: `unknown key; ${formatSuggestion(key, known)}${keys}`,
          path: path as never,
        })
      }
    }),
    v.description(`expected a mapping with the keys ${known.join(", ")}`),
  )
}

/** What the documentation says of a key beside its description. */
export interface KeyFacts {
  /** What counts without it, in words. */
  readonly default?: string
  /** A value that the key accepts. Default: that of its kind of value. */
  readonly example?: unknown
  /** The first version that has it. Default: 0.1.0. */
  readonly since?: string
}

/** Declares a required key with its description, which the JSON Schema and the documentation show. */
export function required<const S extends v.GenericSchema>(schema: S, about: string, facts: KeyFacts = {}) {
  const description = [about, facts.default && `Default: ${facts.default}.`].filter(Boolean).join(" ")
  return v.pipe(schema, v.metadata({ about: description, key: { ...facts, about } }))
}

/** Declares an optional key with its description. */
export function optional<const S extends v.GenericSchema>(schema: S, about: string, facts: KeyFacts = {}) {
  return v.exactOptional(required(schema, about, facts))
}

export function optionalList<const S extends v.GenericSchema>(item: S, about: string, facts: KeyFacts = {}) {
  return optional(v.array(item, "expected a list"), about, facts)
}

export function memberMapping<const S extends v.GenericSchema>(member: S) {
  const mapping = "expected a mapping from names"
  const named = v.custom<string>((input) => v.is(values.name, input), `expected names of ${values.nameRule}`)
  return v.pipe(v.custom<object>(isMapping, mapping), v.record(named, member, mapping), v.description(mapping))
}

/** Accepts one of two shapes, chosen by the keys found, so that a problem is reported for the intended one. */
export function oneOfShapes<const A extends v.GenericSchema, const B extends v.GenericSchema>(
  shapes: readonly [A, B],
  choose: (input: unknown) => 0 | 1,
) {
  return v.pipe(
    v.lazy((input): A | B => shapes[choose(input)]),
    v.metadata({ shapes }),
  )
}

export interface Rule {
  /** The key that has to change. */
  readonly key: string
  readonly allowed: string | ((value: { readonly [key: string]: unknown }) => string)
  readonly broken: (value: { readonly [key: string]: unknown }) => boolean
}

/** Adds rules between the keys of a mapping. */
export function withRules<const S extends v.GenericSchema>(schema: S, ...rules: readonly Rule[]) {
  return v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      const value = dataset.value as { [key: string]: unknown }
      if (typeof value !== "object" || value === null) return
      for (const { key, allowed } of rules.filter((rule) => rule.broken(value))) {
        const path = [{ type: "object" as const, origin: "value" as const, input: value, key, value: value[key] }]
        const rule = typeof allowed === "string" ? allowed : allowed(value)
        addIssue({ message: `expected ${rule}`, input: value[key], path: path as never })
      }
    }),
  )
}
