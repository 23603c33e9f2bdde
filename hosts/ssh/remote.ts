import { formatAssignments, quoteForShell, shellScript, statFunction } from "../../core/shell.ts"

/**
 * The command that starts sh in every login shell (bash, zsh, fish, csh); sh then reads and evaluates one line.
 * It contains no character that the shells interpret differently.
 */
export const shellCommand = `exec /bin/sh -c 'IFS= read -r line; eval "$line"'`

const functions = ["untrusted.sh", "remote.sh"].map((name) => shellScript(name, import.meta.url))
const library = [statFunction, ...functions].join("")
const watch = shellScript("watch.sh", import.meta.url)

/**
 * Formats the input ahead of a payload: a line that makes sh read exactly the lines up to the mark, then evaluate them; an
 * incomplete program is not started.
 * @param mark a word that occurs nowhere else
 */
export function formatProgram(mark: string, body: string): string {
  const read = `while IFS= read -r line && [ "$line" != ${mark} ]; do text=$text$line$nl; done`
  const loader = `nl=$(printf '\\nx'); nl=\${nl%x} text= mark=${mark}; ${read}; [ "$line" = ${mark} ] && eval "$text"`
  return `${loader}\n${body}\n${mark}\n`
}

/** Formats calls of remote.sh's functions, with the variables that they use. */
export function formatCalls(
  variables: Readonly<Record<string, string>>,
  words: readonly (readonly string[])[],
): string {
  return [library, "lacking", formatAssignments(variables), ...quoteCalls(words), "say end $?"].join("\n")
}

/** Formats calls with a time limit. */
export function formatLimitedCalls(
  variables: Readonly<Record<string, string>>,
  words: readonly (readonly string[])[],
  seconds: number,
): string {
  return [
    library,
    watch,
    "lacking",
    formatAssignments(variables),
    `watch ${seconds}`,
    ...quoteCalls(words),
    "leave",
  ].join("\n")
}

function quoteCalls(calls: readonly (readonly string[])[]): string[] {
  return calls.map((call) => call.map(quoteForShell).join(" "))
}

/**
 * Formats another script with its arguments; its standard input is the payload.
 * @param seconds until it is killed, with its children if the session has a process group of its own
 */
export function formatScript(script: string, args: readonly string[], seconds: number): string {
  const positional = ["set", "--", ...args].map(quoteForShell).join(" ")
  return [sayFunction, watch, "say begin", `watch ${seconds}`, positional, "(", script, ")", "leave"].join("\n")
}

const sayFunction = library.split("\n").find((line) => line.startsWith("say()")) ?? ""
