import { readFileSync } from "node:fs"

/**
 * Reads a script of gatekey's own beside the module that runs it, without comments and indentation, which a host does not
 * need.
 * @param base the module's `import.meta.url`
 */
export function shellScript(name: string, base: string): string {
  const lines = readBeside(name, base)
    .split("\n")
    .map((line) => line.trimStart())
  return `${lines.filter((line) => line !== "" && !line.startsWith("#")).join("\n")}\n`
}

/** Reads a script that becomes a file of the user's, with its comments except those for the linter. */
export function shellFile(name: string, base: string): string {
  return readBeside(name, base).replace(/^ *# shellcheck .*\n/gm, "")
}

function readBeside(name: string, base: string): string {
  return readFileSync(new URL(name, base), "utf8")
}

/** Assigns variables that a script uses. */
export function formatAssignments(variables: Readonly<Record<string, string | number>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoteForShell(String(value))}\n`)
    .join("")
}

/** Quotes any word for sh, except NUL. For messages use `shellWord`. */
export function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** The shell function `stat_of PID`, which reads a process from /proc. */
export const statFunction = shellScript("process.sh", import.meta.url)
