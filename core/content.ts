export type FormatName = (typeof formatNames)[number]

/** What can be put at a locator: text, or (where the format has objects) a JSON object, such as a SecretRef. */
export type Content = string | Reference

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type FoundContent =
  /**
   * `value` is the one that counts for the reader, empty where nothing does; `others` are further occurrences, in file
   * order, that do not.
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
