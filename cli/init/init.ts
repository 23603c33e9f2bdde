import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const init: Command<Options> = {
  name: "init",
  summary: "makes a Pulumi project of your own, whose stack's file declares your fleet",
  description: `Makes a Pulumi project in FOLDER: Pulumi.yaml with the plugin's path, a program of one line, package.json, .gitignore and a stack's file, with what a scan finds if --scan, --host or --home is given. Later versions of gatekey come by \`npm update\`. It adds to a package.json and a .gitignore that exist, and overwrites no file.

Exit codes: 0 done, 1 nothing was written: a file exists already, or nothing was found.`,
  example: `${gatekeyCommand} init fleet --scan`,

  define(command) {
    command
      .argument("[folder]", "the project's folder; default: this one")
      .option("--stack <name>", "the stack's name", "home")
      .option("--scan", "declare the gateways and nodes that are found on this machine")
      .option("--host <host...>", "scan these hosts: local, or ssh://[user@]name[:port]")
      .option("--home <folder...>", "scan a folder instead of the user's home")
  },

  load: () => import("./run.ts"),
}
