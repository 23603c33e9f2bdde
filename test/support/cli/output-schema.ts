import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { Ajv, type ValidateFunction } from "ajv"
import { expect } from "vitest"

const commands = ["scan", "doctor", "check", "report", "history"]
const compiled = new Map<string, ValidateFunction>()

/** What a command printed with `--json` is valid by its schema; a command that failed prints nothing. */
export function expectValidOutput(words: readonly string[], stdout: string): void {
  const command = words.find((word) => commands.includes(word))
  if (command === undefined || !words.includes("--json") || words.includes("--help") || stdout === "") return
  const file = resolve(import.meta.dirname, `../../../schema/${command}.json`)
  const check = compiled.get(command) ?? new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(file, "utf8")))
  compiled.set(command, check)
  check(JSON.parse(stdout))
  expect(check.errors ?? [], `by schema/${command}.json`).toEqual([])
}
