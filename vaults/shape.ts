import * as v from "valibot"
import type { Item } from "./item.ts"

/** What a vault answers is another's JSON: a part of another kind than its interface says is as good as missing. */
export const text = v.optional(v.fallback(v.optional(v.string()), undefined))
export const whole = v.optional(v.fallback(v.optional(v.pipe(v.number(), v.safeInteger())), undefined))

/** An object of which some parts are known; a fallback for each part that has one. */
export function part<const E extends v.ObjectEntries>(entries: E) {
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

/** The entries of a list that are what the schema says. */
export function entriesOf<Schema extends v.GenericSchema>(schema: Schema, list: unknown): v.InferOutput<Schema>[] {
  return (Array.isArray(list) ? list : []).flatMap((each) => {
    const { success, output } = v.safeParse(schema, each)
    return success ? [output] : []
  })
}
