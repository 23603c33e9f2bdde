import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { formatSuggestion } from "../../core/suggest.ts"
import type { Run } from "../command.ts"
import { print } from "../print.ts"
import { topics } from "../topics.ts"

export const run: Run<object> = async ([name], _, self) => {
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
}
