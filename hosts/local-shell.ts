import { randomBytes } from "node:crypto"
import { UserError } from "../core/errors.ts"
import { runLocally } from "./run.ts"
import { partsOf } from "./ssh/answer.ts"
import type { Connection } from "./ssh/connection.ts"
import { type Decide, editByShell } from "./ssh/edit.ts"
import { looker } from "./ssh/looker.ts"
import { program } from "./ssh/remote.ts"
import type { RemoteFile } from "./ssh/remote-file.ts"
import type { Session } from "./ssh/session.ts"
import { sshSettings } from "./ssh/settings.ts"

/**
 * This machine's own sh in place of a connection, for files whose way other users can change: only a process with a
 * working directory of its own can hold on to a folder that is renamed under it.
 */
const connection: Pick<Connection, "exchange"> = {
  async exchange({ body, payload = Buffer.alloc(0), timeout = sshSettings().whole, most, partial, patient }) {
    const mark = `gk-${randomBytes(16).toString("hex")}`
    const input = Buffer.concat([Buffer.from(program(mark, body)), payload])
    const limits = { ...(most === undefined ? {} : { most }), ...(patient === undefined ? {} : { patient }) }
    const { code, stdout, stderr } = await runLocally('IFS= read -r line; eval "$line"', { input, timeout }, limits)
    const parts = partsOf(Buffer.from(stdout), mark)
    const lacks = parts.find(({ name }) => name === "lacks")
    if (lacks) throw new UserError(`this machine lacks ${lacks.words.trim().replaceAll(" ", ", ")}; install it`)
    const ended = parts.some(({ name }) => name === "end")
    const done: Session = { begun: true, ended, parts, code, stderr: stderr.raw(), stray: "" }
    if (ended || partial?.(done)) return done
    throw new UserError(`it took longer than ${timeout / 1000} s; raise GATEKEY_SSH_TIMEOUT, or run it again`)
  },
}

const look = looker(connection)

/** @throws UserError if sh does not answer */
export function snapshotByShell(path: string): Promise<RemoteFile> {
  return look(path)
}

/** @throws UserError when it cannot be done; the file is then as it was */
export async function editLocallyByShell(path: string, decide: Decide): Promise<void> {
  let edit: ReturnType<Decide>
  await editByShell(connection, look, path, (seen) => {
    edit = decide(seen)
    return edit
  })
  if (edit && "bytes" in edit) edit.placed?.()
}
