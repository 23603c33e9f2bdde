import { type Command as CommanderCommand, InvalidArgumentError } from "commander"
import { longestLife } from "../../core/access-token.ts"
import { nameProblem } from "../../core/client-name.ts"
import { gatekeyCommand } from "../../core/command-line.ts"
import { parseDuration } from "../../core/duration.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const token: Command<Options> = {
  name: "token",
  summary: "prints an access token (JWT) of a guard's client whose key is on this machine",
  description: `Prints one access token (JWT, ES256) of a client of a guard, signed by its key, which has to be on this machine: for \`Authorization: Bearer …\`. It writes to no file, and reads the stack's state without its secrets. Without the stack: --key, --domain and --aud.

Exit codes: 0 printed, 1 could not sign.`,
  example: `printf 'Authorization: Bearer %s' "$(${gatekeyCommand} token laptop)" | curl --cacert ca.pem -H @- https://studio.local:18443/healthz`,

  define(command: CommanderCommand) {
    command
      .argument("<client>", "its name, such as laptop")
      .option("--aud <guard>", "the guard's name; default: the one that is declared", guardName)
      .option("--lifetime <duration>", "up to 1h; default: 5m", lifetimeOf)
      .option("--key <file>", "the file of the key, instead of the stack's state")
      .option("--domain <domain>", "with --key: of the Authority")
      .option("--generation <number>", "with --key: of the client; default: 1", generationOf)
      .option("--stack <name>", "default: the only one with a gatekey:token, else the selected one")
      .option("--cwd <folder>", "the project's folder", ".")
  },

  load: () => import("./run.ts"),
}

function guardName(text: string): string {
  if (nameProblem(text) === undefined) return text
  throw new InvalidArgumentError("Expected the guard's name, such as studio")
}

function lifetimeOf(text: string): number {
  const seconds = (parseDuration(text) ?? 0) / 1000
  if (seconds >= 1 && seconds <= longestLife) return seconds
  throw new InvalidArgumentError("Expected a duration from 1s to 1h, such as 5m")
}

function generationOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError("Expected an integer, 1 or more")
}
