import { randomBytes } from "node:crypto"
import { UserError } from "../../core/errors.ts"
import { shellWord, shown } from "../../core/escape.ts"
import { describeLinkRefusal, describeNotALock, foreignOwner } from "../file.ts"
import type { Edit } from "../host.ts"
import { computeSums } from "./checksum.ts"
import type { Connection } from "./connection.ts"
import { formatCalls } from "./remote.ts"
import { describePrintedError, parsePrintedCode, type RemoteFile } from "./remote-file.ts"
import type { Session } from "./session.ts"
import { readSshSettings } from "./settings.ts"

/**
 * Performs an edit, unless the file has changed since its snapshot; without an edit it only removes leftovers of killed runs.
 * All of it is one script on the host, under the file's lock.
 * @returns whether it was done
 * @throws UserError if it fails; the file is then unchanged
 */
export async function changeFile(
  connection: Pick<Connection, "exchange">,
  path: string,
  { snapshot: look, real = "", entry }: RemoteFile,
  edit: Edit | undefined,
): Promise<boolean> {
  const bytes = edit && "bytes" in edit ? edit.bytes : undefined
  const mode = edit && "bytes" in edit ? edit.mode : undefined
  const variables = {
    random: randomBytes(6).toString("hex"),
    expected: entry?.text ?? "absent",
    sums: look.kind === "file" ? computeSums(look.bytes) : "",
    sent: bytes ? computeSums(bytes) : "",
    mode: (mode ?? (look.kind === "file" ? look.mode : 0o600)).toString(8),
    owner_wanted: entry ? `${entry.uid}:${entry.gid}` : "",
    limit: String(Math.ceil(readSshSettings().whole / 1000)),
  }
  const call = bytes ? "write" : edit ? "delete" : "sweep"
  const done = await connection.exchange({
    body: formatCalls(variables, [[call, path, real]]),
    ...(bytes ? { payload: bytes } : {}),
    patient: true,
  })
  return evaluateOutcome(done, real)
}

function evaluateOutcome({ parts, stderr }: Session, real: string): boolean {
  const part = (name: string) => parts.find((part) => part.name === name)
  if (part("done")) return true
  if (part("changed")) return false
  if (part("foreign")) throw new UserError(foreignOwner)
  if (part("cut")) throw new UserError("the content did not arrive completely; nothing was changed; run this again")
  const link = part("link")
  if (link) throw new UserError(`${describeLinkRefusal(link.body.toString(), link.arguments)}. Nothing was changed`)
  if (part("moved") || part("swapped"))
    throw new UserError(`${replacedByUser}; see there: ls -la ${formatFolder(real)}`)
  const unsafe = part("unsafe")?.arguments
  if (unsafe !== undefined)
    throw new UserError(`${describeMissingTool(unsafe)}; see there: ls -ld ${formatFolder(real)}`)
  const lock = part("locked")?.body.toString()
  if (lock !== undefined) {
    throw new UserError(`another gatekey holds ${shown(lock)}; if none is running there: rm ${shellWord(lock)}`)
  }
  const obstacle = part("alien")?.body.toString()
  if (obstacle !== undefined) throw new UserError(describeNotALock(obstacle))
  throw new UserError(
    `${describePrintedError(stderr)}; see there: ${formatInspection(stderr, real)}. Nothing was changed`,
  )
}

/** Formats the commands that show why a change failed. */
function formatInspection(stderr: string, real: string): string {
  const folder = formatFolder(real)
  const code = parsePrintedCode(stderr)
  if (code === "ENOSPC" || code === "EDQUOT") return `df -h ${folder}`
  if (code === "EACCES" || code === "EPERM") return `ls -ld ${folder} ${shellWord(real)}`
  return `ls -ld ${folder}; df -h ${folder}`
}

function formatFolder(real: string): string {
  return shellWord(real.slice(0, real.lastIndexOf("/")) || "/")
}

const replacedByUser =
  "another user replaced the file, or a folder of its path, while it was written; nothing else was written. " +
  "Stop that user's programs that do so, then run this again"

function describeMissingTool(tool: string): string {
  return (
    `other users can change its folder, and the host has no \`${shown(tool)}\`, which a safe write there needs. ` +
    "Nothing was changed; install it, run as the folder's owner, or close the folder to others"
  )
}
