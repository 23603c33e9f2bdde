import { shown } from "../core/escape.ts"
import { describeKind, describeName } from "../core/kind.ts"
import { isMapping } from "../core/mapping.ts"
import { formatSuggestion } from "../core/suggest.ts"

/** What a key of a declaration may contain, as far as it is checked before any resource is created. */
export interface KeyRule {
  readonly required?: true
  /** For the message: what is expected. */
  readonly expected?: string
  /** Checks a value that is not undefined. Default: every value is valid. */
  readonly accepts?: (value: unknown) => boolean
}

/** A rule for each key of a declaration: the compiler requires all of them, and no other. */
export type KeyRules<Args> = { readonly [Key in keyof Required<Args>]: KeyRule }

export const anything: KeyRule = {}

export function oneOf(values: readonly string[]): KeyRule {
  return { expected: `one of ${values.join(", ")}`, accepts: (value) => values.includes(value as string) }
}

export const mapping: KeyRule = { expected: "a mapping", accepts: isMapping }
export const list: KeyRule = { expected: "a list", accepts: Array.isArray }
export const boolean: KeyRule = { expected: "true or false", accepts: (value) => typeof value === "boolean" }
export const text: KeyRule = { expected: "a string", accepts: (value) => typeof value === "string" && value !== "" }

export function required(rule: KeyRule): KeyRule {
  return { ...rule, required: true }
}

/** Reports each unknown, missing and wrong key of a declaration in one line; it shows no value. */
export function keyProblems(path: string, value: unknown, rules: { readonly [key: string]: KeyRule }): string[] {
  const known = Object.keys(rules)
  if (!isMapping(value))
    return [`${path}: found ${describeKind(value)}; expected a mapping with the keys ${known.join(", ")}`]
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  return [
    ...unknown.map(
      (key) =>
        `${path}.${describeName(shown(key))}: unknown key; ${formatSuggestion(key, known)}expected one of ${known.join(", ")}`,
    ),
    ...Object.entries(rules).flatMap(([key, { required, expected = "a value", accepts }]) => {
      const found = value[key]
      if (found === undefined) return required ? [`${path}.${key}: missing; expected ${expected}`] : []
      return accepts && !accepts(found) ? [`${path}.${key}: found ${describeKind(found)}; expected ${expected}`] : []
    }),
  ]
}
