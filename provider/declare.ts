import * as v from "valibot"
import type { Properties } from "./wire.ts"

/**
 * Declares a resource once: the types of its inputs, what `check` accepts, and Pulumi's package schema derive from it.
 * `check` sets the `computed` outputs to the wanted values, so the engine sees a drift as a difference.
 */
export interface Declaration<
  I extends v.ObjectEntries = v.ObjectEntries,
  C extends v.ObjectEntries = v.ObjectEntries,
  O extends v.ObjectEntries = v.ObjectEntries,
> {
  readonly about: string
  readonly inputs: I
  readonly computed: C
  readonly outputs: O
}

/** Checked inputs, when all of them are known. A type alias, so they are `Properties` as well. */
export type Inputs<D extends Declaration> = Readonly<
  v.InferOutput<v.ObjectSchema<D["inputs"], undefined>> & v.InferOutput<v.ObjectSchema<D["computed"], undefined>>
>

/** Declares a required property. */
export function need<const S extends v.GenericSchema>(schema: S, about: string) {
  return v.pipe(schema, v.description(about))
}

/** Declares an optional property. */
export function may<const S extends v.GenericSchema>(schema: S, about: string) {
  return v.exactOptional(need(schema, about))
}

/** Declares an optional property with a default. */
export function preset<const S extends v.GenericSchema, const T extends v.InferOutput<S> & {}>(
  schema: S,
  value: T,
  about: string,
) {
  return v.optional(need(schema, about), value as T & v.InferInput<S>)
}

export function isRequired(schema: v.GenericSchema): boolean {
  return schema.type !== "optional" && schema.type !== "exact_optional"
}

/**
 * Returns the properties with their types.
 * @throws Error if a required one is missing: then no check has accepted them
 */
export function declared<D extends Declaration>({ inputs }: D, properties: Properties): Inputs<D> {
  const missing = Object.entries(inputs).find(([key, schema]) => isRequired(schema) && properties[key] === undefined)
  if (missing !== undefined) throw new Error(`the state has no ${missing[0]}`)
  return properties as Inputs<D>
}
