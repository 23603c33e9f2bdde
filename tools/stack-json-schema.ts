import { toJsonSchema } from "@valibot/to-json-schema"
import type * as v from "valibot"
import { schema } from "../stacks/schema.ts"

type Json = { readonly [key: string]: unknown }

/** The metadata of `stacks/shapes.ts` and `stacks/values.ts` beside the type. */
interface Metadata {
  readonly about?: string
  readonly json?: Json
  readonly shapes?: readonly v.GenericSchema[]
  readonly key?: { readonly example?: unknown }
}

/**
 * Creates the JSON Schema of `Pulumi.<stack>.yaml` for editors: as strict as it can be without rejecting what `parseConfig`
 * accepts. Keys of other namespaces, and Pulumi's own, are left alone.
 */
export function stackJsonSchema(): Json {
  const { properties, required } = converted(schema) as { properties: { [key: string]: Json }; required: string[] }
  const named = (key: string) => `gatekey:${key}`
  const known = Object.keys(properties).join("|")
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of gatekey",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [named(key), value])),
        patternProperties: { [`^gatekey:(?!(?:${known})$)`]: false },
        required: required.map(named),
      },
    },
  }
}

function converted(from: v.GenericSchema): Json {
  const {
    $schema: _,
    definitions: __,
    ...json
  } = toJsonSchema(from, {
    errorMode: "ignore",
    overrideSchema({ valibotSchema, jsonSchema }) {
      if (valibotSchema.type === "loose_object") return { ...jsonSchema, additionalProperties: false }
      if (valibotSchema.type === "lazy") return {}
      return undefined
    },
    overrideAction({ valibotAction, jsonSchema }) {
      if (valibotAction.type !== "metadata") return undefined
      // The library has put them among the keywords.
      const { about, json, shapes, key, ...rest } = jsonSchema as typeof jsonSchema & Metadata
      const anyOf = shapes?.map(converted)
      const examples = key?.example === undefined ? {} : { examples: [key.example] }
      return {
        ...{ ...rest, ...json, ...examples },
        ...(about && { description: about }),
        ...(anyOf && { anyOf }),
      } as typeof jsonSchema
    },
  })
  return json
}
