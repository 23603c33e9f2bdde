import { toJsonSchema } from "@valibot/to-json-schema"
import * as v from "valibot"
import { type Declaration, isRequired } from "./declare.ts"

/** A property, or a type, in Pulumi's package schema. */
interface Spec {
  readonly type?: string
  readonly $ref?: string
  readonly description?: string
  readonly default?: unknown
  readonly secret?: boolean
  readonly items?: Spec
  readonly additionalProperties?: Spec
}
type Specs = Readonly<Record<string, Spec>>

interface TypeSpec {
  readonly type: "object"
  readonly description?: string
  readonly properties: Specs
  readonly required: readonly string[]
}

interface ResourceSpec {
  readonly description: string
  readonly inputProperties: Specs
  readonly requiredInputs: readonly string[]
  readonly properties: Specs
  readonly required: readonly string[]
}

export interface PackageSpec {
  readonly name: string
  readonly version: string
  readonly displayName: string
  readonly description: string
  readonly license: string
  readonly types: Readonly<Record<string, TypeSpec>>
  readonly resources: Readonly<Record<string, ResourceSpec>>
}

/** Makes the resources, and the types that their properties refer to, by their tokens. */
export function packageSpec(
  declarations: Readonly<Record<string, Declaration>>,
): Pick<PackageSpec, "types" | "resources"> {
  const types: Record<string, TypeSpec> = {}
  const resources = Object.entries(declarations).map(([name, declaration]) => {
    return [`gatekey:index:${name}`, resourceSpec(declaration, types)] as const
  })
  return { types, resources: Object.fromEntries(resources) }
}

function resourceSpec(
  { about, inputs, computed, outputs }: Declaration,
  types: Record<string, TypeSpec>,
): ResourceSpec {
  const given = converted(v.object(inputs))
  const all = { ...inputs, ...computed, ...outputs }
  const always = (key: string, schema: v.GenericSchema) =>
    isRequired(schema) || (key in inputs && schema.type === "optional")
  return {
    description: about,
    inputProperties: specsOf(given.properties, types),
    requiredInputs: given.required ?? [],
    properties: specsOf(withoutDefaults(converted(v.object(all)).properties), types),
    required: Object.entries(all).flatMap(([key, schema]) => (always(key, schema) ? [key] : [])),
  }
}

/** The keywords of JSON Schema that matter here; `secret` comes from the metadata. */
interface Json {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly secret?: boolean
  readonly items?: Json
  readonly additionalProperties?: Json
  readonly properties?: Jsons
  readonly required?: readonly string[]
}
type Jsons = Readonly<Record<string, Json>>

function converted(schema: v.GenericSchema): Json {
  return toJsonSchema(schema, { errorMode: "ignore" }) as Json
}

function withoutDefaults(properties: Jsons = {}): Jsons {
  return Object.fromEntries(Object.entries(properties).map(([key, { default: _, ...json }]) => [key, json]))
}

function specsOf(properties: Jsons = {}, types: Record<string, TypeSpec>): Specs {
  return Object.fromEntries(Object.entries(properties).map(([key, json]) => [key, specOf(json, types)]))
}

function specOf(json: Json, types: Record<string, TypeSpec>): Spec {
  const { description, enum: options, default: preset, secret } = json
  const notes = {
    ...(description && {
      description: options ? `${description} One of ${options.map((each) => `\`${each}\``).join(", ")}.` : description,
    }),
    ...(preset !== undefined && { default: preset }),
    ...(secret && { secret }),
  }
  return { ...kindOf(json, types), ...notes }
}

function kindOf(
  { type, title, items, properties, required = [], additionalProperties }: Json,
  types: Record<string, TypeSpec>,
): Spec {
  if (items) return { type: "array", items: specOf(items, types) }
  if (properties && title) {
    const token = `gatekey:index:${title}`
    types[token] = { type: "object", properties: specsOf(properties, types), required }
    return { $ref: `#/types/${token}` }
  }
  if (type === "object")
    return { type, additionalProperties: additionalProperties ? specOf(additionalProperties, types) : any }
  return type === undefined ? any : { type }
}

const any: Spec = { $ref: "pulumi.json#/Any" }
