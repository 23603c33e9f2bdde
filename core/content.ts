export type FormatName = (typeof formatNames)[number]

/** The content of a locator: a string, or (if the format has objects) a JSON object, such as a SecretRef. */
export type Content = string | Reference

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type FoundContent =
  /**
   * `value` is the one that the reader uses, empty if there is none; `others` are further occurrences in file order, which it
   * ignores.
   */
  | { readonly kind: "value"; readonly value: string; readonly others: readonly string[] }
  /** An object (JSON) or an expression that the reader expands (`${NAME:-default}`, its `fallback` apart). */
  | {
      readonly kind: "reference"
      readonly content: Content
      readonly fallback?: string
      readonly others?: readonly string[]
    }
  | { readonly kind: "missing" }

export const formatNames = [
  "json5",
  "dotenv",
  "shell",
  "environment-file",
  "systemd",
  "plist",
  "compose",
  "file",
  "reader",
] as const

export interface Reference {
  readonly [key: string]: Json
}
