import * as v from "valibot"
import type { Properties } from "./wire.ts"

/**
 * Declares a resource once: the types of its inputs, what `check` accepts, and Pulumi's package schema are made from it.
 * `computed` are the outputs that `check` sets to what is wanted, so that the engine sees a drift as a difference.
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

/** The inputs after a check, when all of them are known. An alias, so that they are `Properties` as well. */
export type Inputs<D extends Declaration> = Readonly<
  v.InferOutput<v.ObjectSchema<D["inputs"], undefined>> & v.InferOutput<v.ObjectSchema<D["computed"], undefined>>
>

/** A property that must be given, or is always there. */
export function need<const S extends v.GenericSchema>(schema: S, about: string) {
  return v.pipe(schema, v.description(about))
}

/** A property that may be left out. */
export function may<const S extends v.GenericSchema>(schema: S, about: string) {
  return v.exactOptional(need(schema, about))
}

/** A property that may be left out, and then has a value nevertheless. */
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
 * @throws Error if a required one is missing: no check has accepted them
 */
export function declared<D extends Declaration>({ inputs }: D, properties: Properties): Inputs<D> {
  const missing = Object.entries(inputs).find(([key, schema]) => isRequired(schema) && properties[key] === undefined)
  if (missing !== undefined) throw new Error(`the state has no ${missing[0]}`)
  return properties as Inputs<D>
}
