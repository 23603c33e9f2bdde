import { Argument } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import { bashCompletion } from "./bash.ts"
import { fishCompletion } from "./fish.ts"
import { zshCompletion } from "./zsh.ts"

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

export const completion: Command = {
  name: "completion",
  summary: "prints what completes gatekey's commands in a shell",
  description: `Prints a script for a shell that completes commands, options, stacks, files and folders after the word \`gatekey\`.

  bash  eval "$(${gatekeyCommand} completion bash)"                              in ~/.bashrc
  zsh   eval "$(${gatekeyCommand} completion zsh)"                               in ~/.zshrc, after compinit
  fish  ${gatekeyCommand} completion fish > ~/.config/fish/completions/gatekey.fish

Where gatekey is not on PATH: alias gatekey='${gatekeyCommand}'

Exit codes: 0 done, 2 wrong usage.`,
  example: `${gatekeyCommand} completion zsh`,

  define(command) {
    command.addArgument(new Argument("<shell>", "bash, zsh or fish").choices(Object.keys(shells)))
  },

  load: () => import("./run.ts"),
}
