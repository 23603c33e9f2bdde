import { styleText } from "node:util"
import { escapeOutput, formatSafeJson } from "../core/escape.ts"
import { canRewrite, hasColors, widthOf } from "./terminal.ts"
import type { Text } from "./text.ts"

/** Whether a progress line is in the terminal, which everything else has to replace. */
let hasLine = false
const clearing = "\r\u001b[K"

/** Prints to standard output, and nothing else may: it escapes control characters, then adds the colours. */
export function print(text: Text): void {
  clearLine()
  process.stdout.write(rendered(text, hasColors(process.stdout, process.env)))
}

/** Prints to standard error, escaped too. */
export function printError(text: Text): void {
  clearLine()
  process.stderr.write(rendered(text, hasColors(process.stderr, process.env)))
}

/** Shows one line on a terminal's standard error until something else is printed; nothing if it is not a terminal. */
export function showLine(text: string): void {
  if (!canRewrite(process.stderr, process.env)) return
  const line = escapeOutput(text).replaceAll("\n", " ")
  process.stderr.write(`${clearing}${[...line].slice(0, (widthOf(process.stderr) ?? 80) - 1).join("")}`)
  hasLine = true
}

export function clearLine(): void {
  if (hasLine) process.stderr.write(clearing)
  hasLine = false
}

function rendered(text: Text, colored: boolean): string {
  if (typeof text === "string") return escapeOutput(text)
  if (!("style" in text)) return text.map((each) => rendered(each, colored)).join("")
  return colored ? styleText(text.style, escapeOutput(text.text), { validateStream: false }) : escapeOutput(text.text)
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
