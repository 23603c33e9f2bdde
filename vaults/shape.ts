import * as v from "valibot"
import type { Item } from "./item.ts"

/** A vault's answer is foreign JSON: a part of another type than its interface says counts as missing. */
export const optionalString = v.optional(v.fallback(v.optional(v.string()), undefined))
export const optionalInteger = v.optional(v.fallback(v.optional(v.pipe(v.number(), v.safeInteger())), undefined))

/** Declares an optional object with some known parts. */
export function optionalObject<const E extends v.ObjectEntries>(entries: E) {
  return v.optional(v.fallback(v.optional(v.object(entries)), undefined))
}

const name = v.nullish(v.string())
const item = v.looseObject({
  id: name,
  title: name,
  sections: v.nullish(v.array(v.looseObject({ id: name, label: name }))),
  fields: v.nullish(
    v.array(
      v.looseObject({
        ...{ id: name, label: name, type: name, value: name },
        section: v.nullish(v.looseObject({ id: name })),
      }),
    ),
  ),
})

export function isItem(value: unknown): value is Item {
  return v.is(item, value)
}

/** Filters the entries of a list that match a schema. */
export function filterEntries<Schema extends v.GenericSchema>(schema: Schema, list: unknown): v.InferOutput<Schema>[] {
  return (Array.isArray(list) ? list : []).flatMap((each) => {
    const { success, output } = v.safeParse(schema, each)
    return success ? [output] : []
  })
}
