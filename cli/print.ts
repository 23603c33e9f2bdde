import { escapeOutput, formatSafeJson } from "../core/escape.ts"

/** Prints to standard output, and nothing else may: it escapes control characters. */
export function print(text: string): void {
  process.stdout.write(escapeOutput(text))
}

/** Prints to standard error, escaped too. */
export function printError(text: string): void {
  process.stderr.write(escapeOutput(text))
}

/** Returns one JSON document whose strings are safe to print, as by `jq -r`. */
export function jsonText(value: unknown): string {
  return `${formatSafeJson(printableValue(value))}\n`
}

function printableValue(value: unknown): unknown {
  if (typeof value === "string") return escapeOutput(value)
  if (Array.isArray(value)) return value.map(printableValue)
  if (typeof value !== "object" || value === null || "toJSON" in value) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [escapeOutput(key), printableValue(each)]))
}
