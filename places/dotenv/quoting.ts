import { PlaceError } from "../../core/errors.ts"
import { named } from "../common/writable.ts"
import type { Quote } from "./lines.ts"

const plain = /^[A-Za-z0-9_./:@%+,^-][A-Za-z0-9_./:@%+,=^-]*$/

/**
 * Quotes a value so that npm's dotenv, Docker Compose and a shell all read it back, in the given quotes if possible.
 * @throws PlaceError if no quoting works for all three
 */
export function dotenvText(value: string, quote: Quote = ""): string {
  if (!["'", '"'].includes(quote) && plain.test(value)) return value
  if (quote === '"' && inDouble(value)) return `"${value}"`
  if (inSingle(value)) return `'${value}'`
  if (inDouble(value)) return `"${value}"`
  throw new PlaceError("unwritable-value", `a dotenv entry cannot hold ${reason(value)}: its readers differ there`)
}

/** Checks whether single quotes work: all read them literally, but a backslash before the closing quote hides it from dotenv and Compose. */
function inSingle(value: string): boolean {
  return !value.includes("'") && !value.endsWith("\\")
}

function inDouble(value: string): boolean {
  return !/["\\$`]/.test(value)
}

function reason(value: string): string {
  if (!value.includes("'")) return "a backslash at its end"
  const found = /["\\$`]/.exec(value)
  return `both a single quote and ${named(found?.[0] ?? "")}`
}
