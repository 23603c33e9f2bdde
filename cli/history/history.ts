import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import { jsonText, print } from "../print.ts"
import { exported } from "../stack/exported.ts"
import { stackFile } from "../stack/stack.ts"
import { keptIn } from "./kept.ts"
import { textOf } from "./lines.ts"
import { type History, historyOf } from "./merge.ts"
import { type RemovedValue, removedIn, removedLines } from "./removed.ts"
import { runsOf } from "./runs-of.ts"
import { type ItemHistory, itemHistory, itemLines } from "./vault.ts"

interface Options {
  readonly stack?: string
  readonly cwd: string
  readonly vault?: boolean
  readonly json?: boolean
}

export const history: Command<Options> = {
  name: "history",
  looks: true,
  summary: "says who rotated what, when, why, and from which commit",
  description: `Says of each change of generation (the first one, an adoption, a rotation, a revert), the latest first: when, by whom, from which commit and why, to which generation and fingerprint, which places hold it, which hosts lag, what the gateways said, and what came of it, also of one that failed. Below, what an \`up\` removed from a place or overwrote there: when, and its fingerprint. It reads the stack's state and Pulumi's update history, both without their secrets: no passphrase is needed, and no token is read.

An \`up\` that its own preview refused changed nothing, and is no update: Pulumi keeps nothing of it.

Ends with 0 where the latest change is through, with 1 where it is not, with 2 where it could not be told.`,
  example: `${gatekeyCommand} history`,

  define(words) {
    words
      .option("--stack <name>", "default: the only one with a gatekey:token, else the selected one")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--vault", "the versions of the vault's item as well, and who read it; needs what lets you ask it")
      .option("--json", "the same for machines, with the names of all places")
  },

  async run(_, { stack, cwd, vault, json }) {
    const file = await stackFile(cwd, stack)
    const [resources, runs] = await Promise.all([exported(file), runsOf(file)])
    const kept = keptIn(resources)
    const found = historyOf([...runs, ...kept.receipts], kept)
    const item = vault ? await itemHistory(resources) : undefined
    const removed = removedIn(resources)
    if (json) print(jsonOf(file.stack, found, removed, item))
    else print(textOf(found) + removedLines(removed) + (item ? itemLines(item) : ""))
    return found.unfinished ? 1 : 0
  },
}

function jsonOf(
  stack: string,
  { inForce, unfinished, changes }: History,
  removed: readonly RemovedValue[],
  item: ItemHistory | undefined,
): string {
  const all = {
    ...{ stack, clean: unfinished === undefined, inForce: inForce ?? null, changes, removed },
    ...(item ? { vault: item } : {}),
  }
  return jsonText(all)
}
