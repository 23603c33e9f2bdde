import { setTimeout as sleep } from "node:timers/promises"
import { UserError } from "../../core/errors.ts"
import type { Host } from "../host.ts"
import { throwIfEnded } from "../writing.ts"
import { change } from "./change.ts"
import type { Connection } from "./connection.ts"
import type { RemoteFile } from "./remote-file.ts"

export type Decide = Parameters<Host["edit"]>[1]

const attempts = 8

/**
 * Looks, lets `decide` say what must become of the file, and has remote.sh do it, again where the file changed meanwhile.
 * @throws UserError when it cannot be done; the file is then as it was
 */
export async function editByShell(
  connection: Pick<Connection, "exchange">,
  look: (path: string) => Promise<RemoteFile>,
  path: string,
  decide: Decide,
): Promise<void> {
  let begun = 0
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await apart(attempt, Date.now() - begun)
    begun = Date.now()
    const file = await look(path)
    const edit = decide(file.look)
    if (!edit && !("leftover" in file.look && file.look.leftover)) return
    if (edit && file.obstacle !== undefined) throw new UserError(file.obstacle)
    if (await change(connection, path, file, edit)) return
  }
  throw new UserError("it changed each time it was about to be written; try again")
}

/**
 * Lets editors that are in each other's way come again at different times.
 * @param took milliseconds of the attempt before: on a slow way they are further apart
 */
async function apart(attempt: number, took: number): Promise<void> {
  await sleep(Math.random() * attempt * Math.max(50, took / 2))
  throwIfEnded()
}
