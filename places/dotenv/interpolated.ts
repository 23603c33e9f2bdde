import { isUtf8 } from "node:buffer"
import type { FoundContent } from "../../core/content.ts"
import { missing, value } from "../format.ts"
import { type DotenvLine, dotenvLines } from "./lines.ts"

/** Reads a `.env` like Docker Compose, which, unlike npm's dotenv, expands variables outside single quotes. */
export function findInterpolated(file: Uint8Array, name: string): FoundContent {
  const text = Buffer.from(file).toString(isUtf8(file) ? "utf8" : "latin1")
  const lines = dotenvLines(text).filter((line) => line.key === name)
  const last = lines.at(-1)
  if (last === undefined || lines.every((line) => line.value === "")) return missing
  const others = lines.slice(0, -1).map((line) => line.value)
  return expands(last)
    ? { kind: "reference", content: last.value, ...fallbackOf(last.value) }
    : value(last.value, others)
}

/** Reads all variables whose values do not depend on others: the last of a name counts. */
export function interpolatedValues(file: Uint8Array): ReadonlyMap<string, string> {
  const text = Buffer.from(file).toString(isUtf8(file) ? "utf8" : "latin1")
  const last = new Map(dotenvLines(text).map((line) => [line.key, line]))
  return new Map([...last.values()].filter((line) => !expands(line)).map(({ key, value }) => [key, value]))
}

function expands({ quote, value }: DotenvLine): boolean {
  return quote !== "'" && /\$[A-Za-z_{]/.test(value.replaceAll("$$", ""))
}

/** Finds the fallback of `${NAME:-fallback}`. */
function fallbackOf(expression: string): { readonly fallback?: string } {
  const fallback = /^\$\{[A-Za-z_]\w*:?-([^{}$]+)\}$/.exec(expression)?.[1]
  return fallback === undefined ? {} : { fallback }
}
