import { Option } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./options.ts"

export const rotate: Command<Options> = {
  name: "rotate",
  summary: "raises the number of the generation, which the next `pulumi up` rolls out",
  description: `Raises gatekey:token.rotation in Pulumi.<stack>.yaml, and changes nothing else there. The next \`pulumi up\` makes the new generation and rolls it out.

Exit codes: 0 done, or not due with --if-due; 1 failed, and the file is as it was; 2 wrong usage.`,
  example: `${gatekeyCommand} rotate --if-due --pull-request`,

  define(command) {
    command
      .option("--compromised", "the generation in force has leaked: it can never be in force again")
      .addOption(
        new Option("--if-due", "only if the generation in force is older than maxAge").conflicts("compromised"),
      )
      .option("--commit", "commit the file, and nothing else")
      .addOption(
        new Option(
          "--pull-request",
          "open a pull request with gh, from a branch of its own; the work tree does not change",
        ).conflicts("commit"),
      )
      .option("--stack <name>", "default: the only one with a gatekey:token, else the selected one")
      .option("--cwd <folder>", "the project's folder", ".")
  },

  load: () => import("./run.ts"),
}
