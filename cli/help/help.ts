import { Argument } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
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

  load: () => import("./run.ts"),
}
