import type { Run } from "../command.ts"
import { jsonText, print } from "../print.ts"
import { exportState } from "../stack/export-state.ts"
import { findStackFile } from "../stack/stack.ts"
import { textOf } from "./lines.ts"
import { type History, historyOf } from "./merge.ts"
import { type RemovedValue, removedLines, removedValuesIn } from "./removed.ts"
import { runsOf } from "./runs-of.ts"
import { stateHistoryIn } from "./state-history.ts"
import { type ItemHistory, itemLines, readItemHistory } from "./vault.ts"

export interface Options {
  readonly stack?: string
  readonly cwd: string
  readonly vault?: boolean
  readonly json?: boolean
}

export const run: Run<Options> = async (_, { stack, cwd, vault, json }) => {
  const file = await findStackFile(cwd, stack)
  const [resources, runs] = await Promise.all([exportState(file), runsOf(file)])
  const kept = stateHistoryIn(resources)
  const found = historyOf([...runs, ...kept.receipts], kept)
  const item = vault ? await readItemHistory(resources) : undefined
  const removed = removedValuesIn(resources)
  if (json) print(jsonOf(file.stack, found, removed, item))
  else print([textOf(found), removedLines(removed), item ? itemLines(item) : ""])
  return found.unfinished ? 1 : 0
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
