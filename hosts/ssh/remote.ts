import { assignments, shellQuoted, shellScript, statFunction } from "../../core/shell.ts"

/**
 * What every login shell takes (bash, zsh, fish, csh): hand over to sh, which reads one line and does what it says.
 * No letter in it means anything to one shell and nothing to another.
 */
export const command = `exec /bin/sh -c 'IFS= read -r line; eval "$line"'`

const functions = ["untrusted.sh", "remote.sh"].map((name) => shellScript(name, import.meta.url))
const library = [statFunction, ...functions].join("")
const watch = shellScript("watch.sh", import.meta.url)

/**
 * What goes to the host's standard input ahead of a payload: a line that makes sh read the lines up to the mark, and
 * only those, and then do them; one that is cut short is not begun.
 * @param mark a word that nothing else holds
 */
export function program(mark: string, body: string): string {
  const read = `while IFS= read -r line && [ "$line" != ${mark} ]; do text=$text$line$nl; done`
  const loader = `nl=$(printf '\\nx'); nl=\${nl%x} text= mark=${mark}; ${read}; [ "$line" = ${mark} ] && eval "$text"`
  return `${loader}\n${body}\n${mark}\n`
}

/** Calls of remote.sh's functions, with the variables that they use. */
export function calls(variables: Readonly<Record<string, string>>, words: readonly (readonly string[])[]): string {
  return [library, "lacking", assignments(variables), ...wordsOf(words), "say end $?"].join("\n")
}

/** The same, ended after so many seconds, whatever they wait for. */
export function limitedCalls(
  variables: Readonly<Record<string, string>>,
  words: readonly (readonly string[])[],
  seconds: number,
): string {
  return [library, watch, "lacking", assignments(variables), `watch ${seconds}`, ...wordsOf(words), "leave"].join("\n")
}

function wordsOf(calls: readonly (readonly string[])[]): string[] {
  return calls.map((call) => call.map(shellQuoted).join(" "))
}

/**
 * Another script, with its arguments; its standard input is what follows.
 * @param seconds until it is killed, with all that it started where the session has a process group of its own
 */
export function foreign(script: string, args: readonly string[], seconds: number): string {
  const positional = ["set", "--", ...args].map(shellQuoted).join(" ")
  return [say, watch, "say begin", `watch ${seconds}`, positional, "(", script, ")", "leave"].join("\n")
}

const say = library.split("\n").find((line) => line.startsWith("say()")) ?? ""
