import { Argument } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { formatSuggestion } from "../../core/suggest.ts"
import type { Command } from "../command.ts"
import { print } from "../print.ts"
import { topics } from "../topics.ts"

export const help: Command = {
  name: "help",
  summary: "explains a command or a topic",
  description: `Explains a command, or one of the topics:

${Object.entries(topics)
  .map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
  .join("\n")}

Exit codes: 0 done, 1 there is no such command or topic.`,
  example: `${gatekeyCommand} help exit-codes`,

  define(command) {
    command.addArgument(new Argument("[topic]", "a command or a topic; default: all of them"))
  },

  async run([name], _, self) {
    const all = self.parent ?? self
    const topic = name !== undefined && Object.hasOwn(topics, name) ? topics[name] : undefined
    const command = name === undefined ? all : all.commands.find((each) => each.name() === name)
    if (!topic && !command) {
      const known = [...all.commands.map((each) => each.name()), ...Object.keys(topics)]
      const near = formatSuggestion(name ?? "", known)
      throw new UserError(
        `${shown(name ?? "")} is neither a command nor a topic; ${near}expected one of ${known.join(", ")}`,
      )
    }
    if (topic) print(topic.text)
    else command?.outputHelp()
    if (name === undefined)
      print(
        `\nTopics:\n${Object.entries(topics)
          .map(([topic, { summary }]) => `  ${topic.padEnd(20)}${summary}\n`)
          .join("")}`,
      )
    return 0
  },
}
