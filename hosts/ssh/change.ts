import { randomBytes } from "node:crypto"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { describeLinkRefusal, describeNotALock, foreignOwner } from "../file.ts"
import type { Edit } from "../host.ts"
import { sumsOf } from "./checksum.ts"
import type { Connection } from "./connection.ts"
import { calls } from "./remote.ts"
import { codeOf, type RemoteFile, wordsOf } from "./remote-file.ts"
import type { Session } from "./session.ts"
import { sshSettings } from "./settings.ts"

/**
 * Makes the file what `edit` says, unless it is no longer what was seen; without one it only removes what killed runs
 * left there. All happens in one go on the far side, under the file's lock.
 * @returns whether it was done
 * @throws UserError when it cannot be; the file is then as it was
 */
export async function change(
  connection: Pick<Connection, "exchange">,
  path: string,
  { look, real = "", entry }: RemoteFile,
  edit: Edit | undefined,
): Promise<boolean> {
  const bytes = edit && "bytes" in edit ? edit.bytes : undefined
  const mode = edit && "bytes" in edit ? edit.mode : undefined
  const variables = {
    random: randomBytes(6).toString("hex"),
    expected: entry?.text ?? "absent",
    sums: look.kind === "file" ? sumsOf(look.bytes) : "",
    sent: bytes ? sumsOf(bytes) : "",
    mode: (mode ?? (look.kind === "file" ? look.mode : 0o600)).toString(8),
    owner_wanted: entry ? `${entry.uid}:${entry.gid}` : "",
    limit: String(Math.ceil(sshSettings().whole / 1000)),
  }
  const call = bytes ? "write" : edit ? "delete" : "sweep"
  const done = await connection.exchange({
    body: calls(variables, [[call, path, real]]),
    ...(bytes ? { payload: bytes } : {}),
    patient: true,
  })
  return outcome(done, real)
}

function outcome({ parts, stderr }: Session, real: string): boolean {
  const part = (name: string) => parts.find((part) => part.name === name)
  if (part("done")) return true
  if (part("changed")) return false
  if (part("foreign")) throw new UserError(foreignOwner)
  if (part("cut")) throw new UserError("not all of it arrived; nothing was changed, run it again")
  const link = part("link")
  if (link) throw new UserError(`${describeLinkRefusal(link.body.toString(), link.words)}. Nothing was changed`)
  if (part("moved") || part("swapped")) throw new UserError(`${exchanged}; see there: ls -la ${folderOf(real)}`)
  const unsafe = part("unsafe")?.words
  if (unsafe !== undefined) throw new UserError(`${withoutTool(unsafe)}; see there: ls -ld ${folderOf(real)}`)
  const lock = part("locked")?.body.toString()
  if (lock !== undefined) {
    throw new UserError(`another gatekey holds ${shown(lock)}; if none is running there: rm ${shellWord(lock)}`)
  }
  const alien = part("alien")?.body.toString()
  if (alien !== undefined) throw new UserError(describeNotALock(alien))
  throw new UserError(`${wordsOf(stderr)}; see there: ${toSee(stderr, real)}. Nothing was changed`)
}

/** The commands that show why a change was not possible. */
function toSee(stderr: string, real: string): string {
  const folder = folderOf(real)
  const code = codeOf(stderr)
  if (code === "ENOSPC" || code === "EDQUOT") return `df -h ${folder}`
  if (code === "EACCES" || code === "EPERM") return `ls -ld ${folder} ${shellWord(real)}`
  return `ls -ld ${folder}; df -h ${folder}`
}

function folderOf(real: string): string {
  return shellWord(real.slice(0, real.lastIndexOf("/")) || "/")
}

const exchanged =
  "another user exchanged the file, or a folder of its path, while it was written; nothing else was written. " +
  "Run it again once that user's programs leave it alone"

function withoutTool(tool: string): string {
  return (
    `other users can change its folder, and the host has no \`${shown(tool)}\`, which a safe write there needs. ` +
    "Nothing was changed; install it, run as the folder's owner, or close the folder to others"
  )
}
