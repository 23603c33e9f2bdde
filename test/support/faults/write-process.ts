// Writes or removes one file as gatekey does: the program of a process that faults are injected into.
import type { Edit } from "../../../hosts/host.ts"
import { local } from "../../../hosts/local.ts"
import { editLocallyByShell } from "../../../hosts/local-shell.ts"

export interface Job {
  readonly path: string
  /** By this process itself, or by a host's sh (hosts/ssh/remote.sh). */
  readonly by: "node" | "sh"
  /** The new content; null removes the file. */
  readonly text: string | null
}

const { path, by, text }: Job = JSON.parse(process.argv[2] ?? "")
const edit: Edit = text === null ? { remove: true } : { bytes: Buffer.from(text) }
const decide = () => edit
const done = by === "node" ? local.edit(path, decide) : editLocallyByShell(path, decide)
console.log(
  await done.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  ),
)
