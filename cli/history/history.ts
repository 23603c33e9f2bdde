import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const history: Command<Options> = {
  name: "history",
  checksOnly: true,
  summary: "lists the rotations: who, when, why, and from which commit",
  description: `Lists each change of generation (the first one, an adoption, a rotation, a revert), the latest first: when, by whom, from which commit and why, to which generation and fingerprint, which places contain it, which hosts are behind, the gateways' verdicts, and the outcome, also of a change that failed. Below: what an \`up\` removed or overwrote in a place, when, and its fingerprint. It reads the stack's state and Pulumi's update history, both without their secrets: it needs no passphrase, and reads no token.

An \`up\` that its own preview refused changed nothing, so Pulumi records no update for it.

Exit codes: 0 the latest change is complete, 1 it is not, 2 could not check.`,
  example: `${gatekeyCommand} history`,

  define(command) {
    command
      .option("--stack <name>", "default: the only one with a gatekey:token, else the selected one")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--vault", "also list the versions of the vault's item, and its readers; needs access to the vault")
      .option("--json", "print JSON, with the names of all places")
  },

  load: () => import("./run.ts"),
}
