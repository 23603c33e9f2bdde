import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const scan: Command<Options> = {
  name: "scan",
  checksOnly: true,
  summary: "finds every place that contains a token, and reports which one counts and what will be rejected",
  description: `Checks every place where openclaw or clawdbot may keep a token: configs and their backups, .env files, shell profiles, LaunchAgents, systemd units, live processes, containers, device stores and scripts. Equal letters are equal tokens; no token is shown. It changes nothing but the file of --write. It connects to each gateway without a token, and with the token from the gateway's own files; if a running gateway does not accept that, or has none, with the other tokens of its home, until it accepts one or has rejected three (one, if it is not on the loopback).

Without --host and --home it checks this machine; with --stack, the homes that the stack declares.

Exit codes: 0 clean, 1 problems found, 2 a host could not be checked, or nothing is wrong but the token of a running gateway is not known.`,
  example: `${gatekeyCommand} scan --host ssh://me@tw.local`,

  define(command) {
    command
      .option("--host <host...>", "local, or ssh://[user@]name[:port]")
      .option("--home <folder...>", "a folder instead of the user's home")
      .option("--stack <name>", "check the homes that this stack declares")
      .option("--cwd <folder>", "the project's folder", ".")
      .option(
        "--write [file]",
        "declare what was found in a stack's file, a new one or one without config; default: Pulumi.home.yaml",
      )
      .option("--json", "print JSON")
  },

  load: () => import("./run.ts"),
}
