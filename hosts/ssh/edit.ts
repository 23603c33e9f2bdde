import { setTimeout as sleep } from "node:timers/promises"
import { UserError } from "../../core/errors.ts"
import type { Host } from "../host.ts"
import { throwIfEnded } from "../writing.ts"
import { changeFile } from "./change.ts"
import type { Connection } from "./connection.ts"
import type { RemoteFile } from "./remote-file.ts"

export type Decide = Parameters<Host["edit"]>[1]

const attempts = 8

/**
 * Reads the file, lets `decide` choose the edit, and performs it by remote.sh, again if the file changed meanwhile.
 * @throws UserError if it fails; the file is then unchanged
 */
export async function editByShell(
  connection: Pick<Connection, "exchange">,
  look: (path: string) => Promise<RemoteFile>,
  path: string,
  decide: Decide,
): Promise<void> {
  let start = 0
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await waitRandomly(attempt, Date.now() - start)
    start = Date.now()
    const file = await look(path)
    const edit = decide(file.snapshot)
    if (!edit && !("leftover" in file.snapshot && file.snapshot.leftover)) return
    if (edit && file.obstacle !== undefined) throw new UserError(file.obstacle)
    if (await changeFile(connection, path, file, edit)) return
  }
  throw new UserError("it changed each time it was about to be written; try again")
}

/**
 * Waits a random time, so that competing editors retry at different times.
 * @param took milliseconds of the previous attempt; a slow connection waits longer
 */
async function waitRandomly(attempt: number, took: number): Promise<void> {
  await sleep(Math.random() * attempt * Math.max(50, took / 2))
  throwIfEnded()
}
