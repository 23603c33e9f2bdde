import { escapeOutput, formatSafeJson } from "../core/escape.ts"

/** The only way to standard output: nothing on it can move a cursor. */
export function print(text: string): void {
  process.stdout.write(escapeOutput(text))
}

/** The same for standard error. */
export function complain(text: string): void {
  process.stderr.write(escapeOutput(text))
}

/** One document of JSON, whose texts can be printed by whatever reads them, as by `jq -r`. */
export function jsonText(value: unknown): string {
  return `${formatSafeJson(spelt(value))}\n`
}

function spelt(value: unknown): unknown {
  if (typeof value === "string") return escapeOutput(value)
  if (Array.isArray(value)) return value.map(spelt)
  if (typeof value !== "object" || value === null || "toJSON" in value) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [escapeOutput(key), spelt(each)]))
}
