import type { CompletedCommand, Values } from "./model.ts"

/** Returns a script for fish. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options, values }) => [
    lineOf(isFirst, `-f -a ${name}`, summary),
    ...options.map((option) =>
      lineOf(
        after(name),
        `-l ${option.long.slice(2)}${option.values ? ` ${valuesOf(option.values)}` : ""}`,
        option.summary,
      ),
    ),
    ...(values === "files" ? [] : [lineOf(after(name), positionalOf(values))]),
  ])
  return `# Completes gatekey in fish: gatekey completion fish > ~/.config/fish/completions/gatekey.fish
function __gatekey_stacks
    string replace -r -f '^Pulumi\\.(.*)\\.ya?ml$' '$1' -- *
end
${lineOf(isFirst, "-l help", "display help for command")}
${lineOf(isFirst, "-l version", "print the versions")}
${lines.join("\n")}
`
}

const isFirst = "__fish_use_subcommand"

function after(name: string): string {
  return `__fish_seen_subcommand_from ${name}`
}

function lineOf(condition: string, rest: string, summary?: string): string {
  return `complete -c gatekey -n ${quoted(condition)} ${rest}${summary === undefined ? "" : ` -d ${quoted(summary)}`}`
}

/** The value of an option. */
function valuesOf(values: Values): string {
  if (values === "files") return "-r -F"
  return `-x${wordsOf(values)}`
}

/** The argument of a command. */
function positionalOf(values: Values): string {
  return `-f${wordsOf(values)}`
}

function wordsOf(values: Values): string {
  if (values === "folders") return " -a '(__fish_complete_directories)'"
  if (values === "stacks") return " -a '(__gatekey_stacks)'"
  return typeof values === "string" || values.length === 0 ? "" : ` -a ${quoted(values.join(" "))}`
}

function quoted(word: string): string {
  return `'${word.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
}
