import { printable, printableJson } from "../core/escape.ts"

/** Prints to standard output, and nothing else may: it escapes control characters. */
export function print(text: string): void {
  process.stdout.write(printable(text))
}

/** Prints to standard error, escaped too. */
export function printError(text: string): void {
  process.stderr.write(printable(text))
}

/** Returns one JSON document whose strings are safe to print, as by `jq -r`. */
export function jsonText(value: unknown): string {
  return `${printableJson(printableValue(value))}\n`
}

function printableValue(value: unknown): unknown {
  if (typeof value === "string") return printable(value)
  if (Array.isArray(value)) return value.map(printableValue)
  if (typeof value !== "object" || value === null || "toJSON" in value) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [printable(key), printableValue(each)]))
}
