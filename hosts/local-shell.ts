import { randomBytes } from "node:crypto"
import { UserError } from "../core/errors.ts"
import { runScriptLocally } from "./run.ts"
import { splitParts } from "./ssh/answer.ts"
import type { Connection } from "./ssh/connection.ts"
import { type Decide, editByShell } from "./ssh/edit.ts"
import { createReader } from "./ssh/looker.ts"
import { formatProgram } from "./ssh/remote.ts"
import type { RemoteFile } from "./ssh/remote-file.ts"
import type { Session } from "./ssh/session.ts"
import { readSshSettings } from "./ssh/settings.ts"

/**
 * This machine's own sh in place of a connection, for paths that other users can change: only a process with a working
 * directory of its own can keep a folder that is renamed meanwhile.
 */
const connection: Pick<Connection, "exchange"> = {
  async exchange({ body, payload = Buffer.alloc(0), timeout = readSshSettings().whole, most, partial, patient }) {
    const mark = `gk-${randomBytes(16).toString("hex")}`
    const input = Buffer.concat([Buffer.from(formatProgram(mark, body)), payload])
    const limits = { ...(most === undefined ? {} : { most }), ...(patient === undefined ? {} : { patient }) }
    const { code, stdout, stderr } = await runScriptLocally(
      'IFS= read -r line; eval "$line"',
      { input, timeout },
      limits,
    )
    const parts = splitParts(Buffer.from(stdout), mark)
    const missing = parts.find(({ name }) => name === "lacks")
    if (missing) throw new UserError(`this machine lacks ${missing.arguments.trim().replaceAll(" ", ", ")}; install it`)
    const ended = parts.some(({ name }) => name === "end")
    const done: Session = { hasStarted: true, hasEnded: ended, parts, code, stderr: stderr.raw(), stray: "" }
    if (ended || partial?.(done)) return done
    throw new UserError(`it took longer than ${timeout / 1000} s; raise GATEKEY_SSH_TIMEOUT, or run it again`)
  },
}

const look = createReader(connection)

/** Reads a file by sh. @throws UserError if sh does not answer */
export function snapshotByShell(path: string): Promise<RemoteFile> {
  return look(path)
}

/** Edits a file by sh. @throws UserError if it fails; the file is then unchanged */
export async function editLocallyByShell(path: string, decide: Decide): Promise<void> {
  let edit: ReturnType<Decide>
  await editByShell(connection, look, path, (snapshot) => {
    edit = decide(snapshot)
    return edit
  })
  if (edit && "bytes" in edit) edit.placed?.()
}
