import type { Argument, Command as CommanderCommand, Option } from "commander"
import { commands, programOf } from "../../cli/program.ts"
import { topics } from "../../cli/topics.ts"
import { gatekeyCommand } from "../../core/command-line.ts"
import { tableOf } from "./markdown.ts"

/** What the pages' test is told of an example. */
const marks = new Map([["token", "run by test/engine/client.test.ts"]])

/** Generates the reference of the command line from the declared commands, as `--help` prints them. */
export function cliReference(): string {
  const program = programOf(async () => {})
  return [
    tableOf(
      ["command", "what it does"],
      commands.map(({ name, summary }) => [`[\`${name}\`](#gatekey-${name})`, summary]),
    ),
    `\`gatekey\` itself has these options:\n\n${optionsOf(program)}`,
    ...program.commands.map(commandSection),
    "## Topics",
    ...Object.entries(topics).map(
      ([name, { summary, text }]) =>
        `### \`gatekey help ${name}\`\n\n${sentence(summary)}\n\n\`\`\`text\n${text.trim()}\n\`\`\``,
    ),
  ].join("\n\n")
}

function commandSection(command: CommanderCommand): string {
  const { registeredArguments: given } = command
  const usage = `${gatekeyCommand} ${[command.name(), command.usage()].join(" ")}`
  return [
    `## \`gatekey ${command.name()}\``,
    proseOf(command.description()),
    `\`\`\`text\n${usage}\n\`\`\``,
    ...(given.length > 0 ? [argumentsOf(given)] : []),
    optionsOf(command),
    exampleOf(command),
  ].join("\n\n")
}

function argumentsOf(given: readonly Argument[]): string {
  return tableOf(
    ["argument", "meaning"],
    given.map((each) => [`\`${each.name()}\`${each.required ? "" : " (optional)"}`, withChoices(each)]),
  )
}

function optionsOf(command: CommanderCommand): string {
  return tableOf(
    ["option", "meaning"],
    [
      ...command.options.map((option) => [`\`${option.flags}\``, withChoices(option)]),
      ["`-h, --help`", "display help for command"],
    ],
  )
}

function withChoices({ description, argChoices, defaultValue }: Option | Argument): string {
  const usual = typeof defaultValue === "string" ? ` (default: \`${defaultValue}\`)` : ""
  return `${withoutHtml(description)}${argChoices ? ` (${argChoices.map((each) => `\`${each}\``).join(", ")})` : ""}${usual}`
}

function exampleOf(command: CommanderCommand): string {
  const example = commands.find(({ name }) => name === command.name())?.example ?? ""
  const mark = marks.get(command.name())
  return `${mark ? `<!-- ${mark} -->\n` : ""}\`\`\`sh\n${example}\n\`\`\``
}

/** Formats a description: indented lines stay as they are, and nothing is taken for HTML. */
function proseOf(description: string): string {
  return description
    .split("\n\n")
    .map((part) => (part.startsWith("  ") ? `\`\`\`text\n${part}\n\`\`\`` : withoutHtml(part)))
    .join("\n\n")
}

/** Escapes `<` outside of code. */
function withoutHtml(text: string): string {
  return text.replaceAll(/`[^`]*`|</g, (found) => (found === "<" ? "&lt;" : found))
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
