import * as v from "valibot"
import { publicKeyProblem } from "../core/access-token.ts"
import { shown } from "../core/escape.ts"
import { containsSecret, describeName } from "../core/kind.ts"
import { Secret } from "../core/secret.ts"
import { formatSuggestion } from "../core/suggest.ts"
import { type Declaration, isRequired } from "./declare.ts"
import { digest } from "./kinds.ts"
import type { Failure } from "./resource.ts"
import { type Properties, unknown } from "./wire.ts"

/**
 * Fills in the defaults, drops computed properties, and reports all problems at once. Accepts a value that only the `up`
 * will know.
 */
export function checkInputs(
  { inputs, computed }: Declaration,
  news: Properties,
): { given: Properties; failures: Failure[] } {
  const defaults = defaultsOf(inputs)
  const isLeftOut = ([key, value]: [string, unknown]) =>
    Object.hasOwn(computed, key) || (value === null && Object.hasOwn(defaults, key))
  const given: Properties = {
    ...defaults,
    ...Object.fromEntries(Object.entries(news).filter((entry) => !isLeftOut(entry))),
  }
  const wrong = Object.entries(inputs).flatMap(([property, schema]) => failuresOf(property, schema, given[property]))
  const pasted = Object.entries(inputs)
    .filter(([property, schema]) => !isSecret(schema) && holdsPasted(property, given[property]))
    .map(([property]) => ({
      property,
      reason: "contains what looks like a secret, which previews and the state would show",
    }))
  const known = Object.keys(inputs)
  const undeclared = Object.keys(given)
    .filter((property) => !known.includes(property) && !property.startsWith("__"))
    .map((property) => ({
      property: shown(describeName(property)),
      reason: `unknown property; ${formatSuggestion(property, known)}expected one of ${known.join(", ")}`,
    }))
  return { given, failures: [...wrong, ...pasted, ...undeclared] }
}

function defaultsOf(inputs: v.ObjectEntries): Properties {
  const values = Object.entries(inputs).map(([key, schema]) => [key, v.getDefault(schema)])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

function failuresOf(property: string, schema: v.GenericSchema, value: unknown): Failure[] {
  if (value === unknown) return []
  if (value === undefined || value === null)
    return isRequired(schema) ? [{ property, reason: `is missing; it must be ${expectedBy(schema)}` }] : []
  const issues = v.safeParse(schema, value).issues ?? []
  const failures = issues
    .filter(({ input }) => input !== unknown)
    .map((issue) => ({ property: pathOf(property, issue), reason: reasonOf(issue) }))
  return failures.filter(({ property, reason }, at) => {
    return at === failures.findIndex((each) => each.property === property && each.reason === reason)
  })
}

function expectedBy(schema: v.GenericSchema): string {
  return v.safeParse(schema, undefined).issues?.[0].message ?? "given"
}

function reasonOf({ type, message, input, path }: v.BaseIssue<unknown>): string {
  if (type === "raw_check") return message
  if (input === undefined && path) return "is missing"
  return `must be ${message}`
}

/** Returns the path of an issue; an entry of a list counts as the list. */
function pathOf(property: string, { path }: v.BaseIssue<unknown>): string {
  const keys = path?.map(({ key }) => key) ?? []
  if (typeof keys.at(-1) === "number") keys.pop()
  return [property, ...keys.map((key) => shown(describeName(String(key))))].join(".")
}

function isSecret(schema: v.GenericSchema): boolean {
  return v.getMetadata("wrapped" in schema ? (schema.wrapped as v.GenericSchema) : schema).secret === true
}

/** Inputs for certificates and devices: their digests are as long and irregular as a token. */
const digests = ["tlsFingerprint", "digest", "device", "declared"]

/** Checks for what is as long and irregular as a token, and no secret: a digest where one belongs, and a public key. */
function isPublic(name: string, value: string): boolean {
  return (digests.includes(name) && v.is(digest, value)) || publicKeyProblem(value) === undefined
}

/** Checks whether a public input, or a part of it, looks like a secret. */
export function holdsPasted(name: string, value: unknown): boolean {
  if (typeof value === "string") return containsSecret(value) && !isPublic(name, value)
  if (typeof value !== "object" || value === null || value instanceof Secret) return false
  if (Array.isArray(value)) return value.some((each) => holdsPasted(name, each))
  return Object.entries(value).some(([key, each]) => containsSecret(key) || holdsPasted(key, each))
}
