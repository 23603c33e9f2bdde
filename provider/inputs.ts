import { isDeepStrictEqual } from "node:util"
import { Secret } from "../core/secret.ts"
import { unknown } from "./wire.ts"

/** Returns the strings of a list that are known already. */
export function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : []
}

/** Checks whether only the `up` will know the value, or a part of it. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknown) return true
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown)
}

/** Checks whether a property has the same value; of secrets, what they contain. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Secret || other instanceof Secret) {
    const [first, second] = one instanceof Secret ? [one, other] : [other as Secret, one]
    return first.equals(second as Secret | string | undefined)
  }
  return isDeepStrictEqual(one, other)
}

/** Parses JSON that the state keeps as a secret; undefined if it is missing. Its errors do not quote it. */
export function secretJson<T>(value: unknown): T | undefined {
  if (!(value instanceof Secret)) return undefined
  try {
    return JSON.parse(value.reveal()) as T
  } catch {
    throw new Error("a secret in the state is not what gatekey wrote there")
  }
}
