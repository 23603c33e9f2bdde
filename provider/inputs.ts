import { shown } from "../core/escape.ts"
import { holdsSecret, nameOrKind } from "../core/kind.ts"
import { isMapping } from "../core/mapping.ts"
import { Secret } from "../core/secret.ts"
import type { Failure } from "./resource.ts"
import { type Properties, unknown } from "./wire.ts"

/** Reads one kind of input, and says what is wrong with it in the user's words. */
export interface Kind<T> {
  readonly expected: string
  readonly is: (value: unknown) => value is T
}

export const text: Kind<string> = { expected: "a text", is: (value) => typeof value === "string" }
export const secretText: Kind<Secret | string> = {
  expected: "a secret text",
  is: (value): value is Secret | string => value instanceof Secret || typeof value === "string",
}
export const flag: Kind<boolean> = { expected: "true or false", is: (value) => typeof value === "boolean" }
export const whole: Kind<number> = {
  expected: "a whole number, 1 or more",
  is: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 1,
}
/** A token taken over weak is generation 0. */
export const generation: Kind<number> = {
  expected: whole.expected,
  is: (value): value is number => Number.isInteger(value),
}
export const wholeList: Kind<number[]> = {
  expected: "a list of whole numbers",
  is: (value): value is number[] =>
    Array.isArray(value) && value.every((entry) => entry === unknown || Number.isInteger(entry)),
}
export const textList: Kind<string[]> = {
  expected: "a list of texts",
  is: (value): value is string[] =>
    Array.isArray(value) && value.every((entry) => entry === unknown || typeof entry === "string"),
}
export const list: Kind<unknown[]> = { expected: "a list", is: (value) => Array.isArray(value) }
export const object: Kind<Record<string, unknown>> = {
  expected: "an object",
  is: (value): value is Record<string, unknown> => isMapping(value) && !(value instanceof Secret),
}

export const port: Kind<number> = {
  expected: "a whole number from 1 to 65535",
  is: (value): value is number => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535,
}
export const oneOf = (words: readonly string[]): Kind<string> => ({
  expected: `one of ${words.join(", ")}`,
  is: (value): value is string => words.includes(value as string),
})

/** A certificate's fingerprint. */
export const digest: Kind<string> = {
  expected: "a SHA-256 in hex",
  is: (value): value is string => typeof value === "string" && /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(value),
}

/** Inputs that Pulumi keeps as secrets. */
const sealedInputs = ["given", "adopt"]
/** Inputs that name certificates and devices, whose digests are as long and irregular as a token. */
const named = ["tlsFingerprint", "device", "declared"]

/** Whether an input that everybody may read, or a part of it, looks like a secret. */
export function holdsPasted(name: string, value: unknown): boolean {
  if (typeof value === "string") return holdsSecret(value) && !(named.includes(name) && digest.is(value))
  if (typeof value !== "object" || value === null || value instanceof Secret) return false
  if (Array.isArray(value)) return value.some((each) => holdsPasted(name, each))
  return Object.entries(value).some(([key, each]) => holdsSecret(key) || holdsPasted(key, each))
}

export interface Expectation {
  readonly kind: Kind<unknown>
  readonly required?: boolean
}

/** Every input that is missing, unknown to us, or of another kind. A value that only the `up` will know is let through. */
export function failuresOf(inputs: Properties, expectations: Readonly<Record<string, Expectation>>): Failure[] {
  const failures: Failure[] = []
  for (const [property, { kind, required }] of Object.entries(expectations)) {
    const value = inputs[property]
    if (value === unknown) continue
    if (value === undefined || value === null) {
      if (required) failures.push({ property, reason: `is missing; it must be ${kind.expected}` })
    } else if (!kind.is(value)) failures.push({ property, reason: `must be ${kind.expected}` })
  }
  for (const [property, value] of Object.entries(inputs)) {
    if (Object.hasOwn(expectations, property) && !sealedInputs.includes(property) && holdsPasted(property, value))
      failures.push({ property, reason: "holds what looks like a secret; it stands in previews and the state" })
  }
  for (const property of Object.keys(inputs)) {
    if (!Object.hasOwn(expectations, property) && !property.startsWith("__")) {
      failures.push({
        property: shown(nameOrKind(property)),
        reason: `is no input; allowed are ${Object.keys(expectations).join(", ")}`,
      })
    }
  }
  return failures
}

/** The texts of a list that are known already. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : []
}

/** Whether only the `up` will know it, or a part of it. */
export function isOpen(value: unknown): boolean {
  if (value === unknown) return true
  return typeof value === "object" && value !== null && Object.values(value).some(isOpen)
}

/** What the state keeps as a secret text of JSON; nothing where it is missing. Its errors do not quote it. */
export function secretJson<T>(value: unknown): T | undefined {
  if (!(value instanceof Secret)) return undefined
  try {
    return JSON.parse(value.reveal()) as T
  } catch {
    throw new Error("a secret in the state is not what gatekey wrote there")
  }
}
