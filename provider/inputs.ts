import { Secret } from "../core/secret.ts"
import { unknown } from "./wire.ts"

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
