import * as v from "valibot"
import { checkHost, checkPlaceHost } from "../core/host.ts"
import { checkPath } from "../core/place.ts"
import { Secret } from "../core/secret.ts"

/*
 * The kinds of values that inputs and outputs have. The message of each schema names what is expected, and follows
 * "must be".
 */

export const string = v.string("a string")
export const boolean = v.boolean("true or false")
export const port = integer("an integer from 1 to 65535", 1, 65_535)
export const positive = integer("an integer, 1 or more", 1)
export const count = integer("an integer, 0 or more", 0)
/** A weak adopted token is generation 0. */
export const generation = integer("an integer, 0 or more", 0)
export const strings = list(v.string("a list of strings"), "a list of strings")
export const integers = list(integer("a list of integers"), "a list of integers")
export const ports = list(integer("a list of ports", 1, 65_535), "a list of ports")

/** An input or output that Pulumi keeps encrypted. */
export const secret = v.pipe(
  v.custom<Secret>((value) => value instanceof Secret || typeof value === "string", "a secret string"),
  v.metadata({ type: "string", secret: true }),
)

/** A certificate's fingerprint. */
export const digest = v.pipe(
  v.string("a SHA-256 in hex"),
  v.regex(/^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, "a SHA-256 in hex"),
)

export function oneOf<const T extends readonly string[]>(options: T) {
  return v.picklist(options, `one of ${options.join(", ")}`)
}

function integer(expected: string, least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER) {
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected), v.maxValue(most, expected))
}

export function list<T>(entry: v.GenericSchema<unknown, T>, expected: string): v.GenericSchema<unknown, readonly T[]> {
  return v.array(entry, expected)
}

/** Declares an object with these keys and perhaps others; `title` is its name in the package schema. */
export function object<const E extends v.ObjectEntries>(
  title: string,
  entries: E,
): v.GenericSchema<unknown, Readonly<v.InferOutput<v.ObjectSchema<E, undefined>>>> {
  const shape = v.looseObject(entries, "an object")
  const isPlain = v.check<v.InferOutput<typeof shape>, "an object">(isObject, "an object")
  return v.pipe(shape, isPlain, v.title(title))
}

/** Declares an object with keys that the user chooses. */
export function record<T>(value: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, Readonly<Record<string, T>>> {
  const shape = v.record(v.string(), value, "an object")
  return v.pipe(shape, v.check<Record<string, T>, "an object">(isObject, "an object"))
}

export const anyObject = record(v.unknown())

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret)
}

/** Adds a test to a schema. @param problemOf returns what is wrong, as a whole sentence */
export function withRule<T>(
  schema: v.GenericSchema<unknown, T>,
  problemOf: (value: T) => string | undefined,
): v.GenericSchema<unknown, T> {
  return v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? problemOf(dataset.value) : undefined
      if (problem) addIssue({ message: problem })
    }),
  )
}

export const host = withRule(string, checkHost)
/** A host, or an item of a vault. */
export const placeHost = withRule(string, checkPlaceHost)
export const path = withRule(string, checkPath)
export const variable = withRule(string, (name) =>
  /^[A-Za-z_]\w*$/.test(name) ? undefined : "is not a valid variable name",
)
