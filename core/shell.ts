import { readFileSync } from "node:fs"

/**
 * Reads a script of gatekey's own that stands beside the module that runs it, without comments and indentation: a
 * host has no use for them.
 * @param base the module's `import.meta.url`
 */
export function shellScript(name: string, base: string): string {
  const lines = textBeside(name, base)
    .split("\n")
    .map((line) => line.trimStart())
  return `${lines.filter((line) => line !== "" && !line.startsWith("#")).join("\n")}\n`
}

/** Reads such a script as it becomes a file of the user's: to the last byte, but without what only the linter reads. */
export function shellFile(name: string, base: string): string {
  return textBeside(name, base).replace(/^ *# shellcheck .*\n/gm, "")
}

function textBeside(name: string, base: string): string {
  return readFileSync(new URL(name, base), "utf8")
}

/** Assigns variables that a script uses. */
export function assignments(variables: Readonly<Record<string, string | number>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${shellQuoted(String(value))}\n`)
    .join("")
}

/** One word for sh, whatever stands in it (but NUL, which no word can hold). For what is shown: `shellWord`. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** `stat_of PID`, which says what the kernel knows of a process. */
export const statFunction = shellScript("process.sh", import.meta.url)
