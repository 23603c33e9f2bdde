import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const check: Command<Options> = {
  name: "check",
  summary: "checks a stack's file, and lists the changes that a reviewer must approve",
  description: `Reads a Pulumi.<stack>.yaml as data: it needs no engine, no host and no secret. With --base, the file in force, it reports what changes. token.rotation, maxAge, keep and compromised need no approval before a preview; what leads a preview to another file, host or command does; keys outside gatekey: may not change at all.

Exit codes: 0 it may be previewed, 1 it may not, 2 it could not be read.`,
  example: `${gatekeyCommand} check --base Pulumi.home.yaml --write checked.yaml proposed.yaml`,

  define(command) {
    command
      .argument("<file>", "the stack's file, with any name")
      .option("--base <file>", "the stack's file in force")
      .option("--approved", "a reviewer has approved the changes that need it")
      .option("--write <file>", "write what may be previewed to this file, as JSON, which all YAML parsers read alike")
      .option("--json", "print JSON")
  },

  load: () => import("./run.ts"),
}
