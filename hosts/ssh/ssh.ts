import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { Foreign } from "../../core/foreign.ts"
import { normalizeHost, parseHost } from "../../core/host.ts"
import { maxOutputBytes } from "../file.ts"
import type { Edit, FileSnapshot, Host } from "../host.ts"
import { runSerially } from "../serially.ts"
import { runEdit } from "../writing.ts"
import { changeFile } from "./change.ts"
import { createConnection } from "./connection.ts"
import { type Decide, editByShell } from "./edit.ts"
import { createReader } from "./looker.ts"
import { formatScript } from "./remote.ts"
import type { RemoteFile } from "./remote-file.ts"
import { readSshSettings } from "./settings.ts"

/** Opens another machine by the user's own ssh. @param id as declared, such as `ssh://me@tw.local` */
export function openSshHost(id: string): Host {
  const remote = parseHost(id)
  if (!remote) throw new Error("not the name of a host")
  const connection = createConnection(id, remote)
  const read = createReader(connection)
  const snapshots = new Map<string, Promise<RemoteFile>>()
  const edited = new Set<string>()

  function readFirst(path: string): Promise<RemoteFile> {
    const first = snapshots.get(path) ?? read(path).catch(toUnreachable)
    snapshots.set(path, first)
    return first
  }

  /**
   * Edits a file by its first snapshot in this run, which saves a read: the host checks that the file is unchanged.
   * @returns false if a new snapshot is needed
   */
  async function editBySnapshot(path: string, decide: Decide): Promise<boolean> {
    const file = edited.has(path) ? undefined : await snapshots.get(path)
    edited.add(path)
    if (!file || file.obstacle !== undefined || !("leftover" in file.snapshot)) return false
    const edit = tryDecide(decide, file.snapshot)
    return edit !== undefined && (await changeFile(connection, path, file, edit))
  }

  return {
    readSnapshot: async (path) => (await read(path).catch(toUnreachable)).snapshot,
    readFirstSnapshot: async (path) => (await readFirst(path)).snapshot,

    async edit(path, decide) {
      try {
        const work = async () => {
          if (await editBySnapshot(path, decide)) return
          await editByShell(connection, read, path, decide)
        }
        await runSerially(`${id} ${path}`, () => runEdit(work))
      } catch (error) {
        if (!(error instanceof UserError) || error instanceof Unreachable) throw error
        throw new UserError(`${shown(path)} on ${id}: ${error.message}`, "place")
      }
    },

    async findObstacle(path) {
      const { snapshot: read, obstacle } = await readFirst(path)
      if (read.kind === "unreachable") return read.advice
      const reason = read.kind === "unreadable" ? read.reason : obstacle
      return reason && `${shown(path)} on ${id}: ${reason}`
    },

    async resolveCanonical(path) {
      const { machine = normalizeHost(id), real = path } = await readFirst(path)
      return `${machine}|${real}`
    },

    async findOutage() {
      const { snapshot: read } = await (snapshots.values().next().value ?? readFirst("/"))
      return read.kind === "unreachable" ? read.reason : undefined
    },

    dial: (address, port) => connection.dial(address, port),

    async run(script, { args = [], input, timeout } = {}) {
      const limit = timeout ?? readSshSettings().whole
      const body = formatScript(script, args, Math.ceil(limit / 1000))
      const request = {
        body,
        ...(input ? { payload: input } : {}),
        timeout: limit,
        partial: () => true,
        most: maxOutputBytes,
      }
      const { parts, stderr } = await connection.exchange(request)
      const end = parts.find(({ name }) => name === "end")
      const begin = parts.find(({ name }) => name === "begin")
      return {
        code: end ? Number(end.arguments) : null,
        stdout: begin?.body ?? Buffer.alloc(0),
        stderr: new Foreign(stderr),
      }
    },
  }
}

function tryDecide(decide: Decide, read: FileSnapshot): Edit | undefined {
  try {
    return decide(read)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function toUnreachable(error: unknown): RemoteFile {
  if (!(error instanceof UserError)) throw error
  const reason = error instanceof Unreachable ? error.reason : error.message
  return { snapshot: { kind: "unreachable", reason, advice: error.message } }
}
