import { shellFile } from "../../core/shell.ts"
import type { CompletedCommand, Values } from "./model.ts"

/** Returns a script for bash: what can be typed after each word, and the function that uses it. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const first = [...commands.map(({ name }) => name), "--help", "--version"]
  const cases = commands.flatMap(({ name, options, values }) => [
    ...options.flatMap(({ long, values }) => (values ? [caseOf(`${name} ${long}`, values)] : [])),
    caseOf(
      `${name} -`,
      options.map(({ long }) => long),
    ),
    caseOf(name, values),
  ])
  const table = [caseOf("", first), caseOf(" -", first), ...cases].join("")
  return `${shellFile("bash.sh", import.meta.url)}_gatekey_values() {\n  case $1 in\n${table}  esac\n}\n`
}

function caseOf(words: string, values: Values): string {
  return `    "${words}") echo "${typeof values === "string" ? values : values.join(" ")}" ;;\n`
}
