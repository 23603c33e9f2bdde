import type { Command as CommanderCommand } from "commander"
import { topics } from "../topics.ts"

/** What can be typed for a value: files, folders, the stacks of this folder, one of some words, or something unknown. */
export type Values = "files" | "folders" | "stacks" | "anything" | readonly string[]

export interface CompletedOption {
  /** Such as `--stack`. */
  readonly long: string
  readonly summary: string
  /** Undefined for an option without a value. */
  readonly values?: Values
}

export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly options: readonly CompletedOption[]
  readonly values: Values
}

/** Returns what the shells complete, from the declared commands. */
export function completionModel(program: CommanderCommand): readonly CompletedCommand[] {
  return program.commands.map((command) => {
    const [argument] = command.registeredArguments
    const words =
      command.name() === "help" ? [...program.commands.map((each) => each.name()), ...Object.keys(topics)] : undefined
    return {
      name: command.name(),
      summary: command.summary(),
      options: [
        ...command.options.map(({ long, flags, description }) => {
          const name = /[<[]([^>\].]+)/.exec(flags)?.[1]
          return { long: long ?? "", summary: description, ...(name ? { values: valuesOf(name, long) } : {}) }
        }),
        { long: "--help", summary: "display help for command" },
      ],
      values: words ?? argument?.argChoices ?? (argument ? valuesOf(argument.name()) : []),
    }
  })
}

function valuesOf(name: string, long?: string): Values {
  if (long === "--stack") return "stacks"
  if (name === "folder") return "folders"
  return name === "file" || name === "page" ? "files" : "anything"
}
