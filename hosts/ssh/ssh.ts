import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { Foreign } from "../../core/foreign.ts"
import { parseHost, sameHost } from "../../core/host.ts"
import { maxOutputBytes } from "../file.ts"
import type { Edit, FileSnapshot, Host } from "../host.ts"
import { runSerially } from "../serially.ts"
import { runEdit } from "../writing.ts"
import { change } from "./change.ts"
import { connectionTo } from "./connection.ts"
import { type Decide, editByShell } from "./edit.ts"
import { looker } from "./looker.ts"
import { foreign } from "./remote.ts"
import type { RemoteFile } from "./remote-file.ts"
import { sshSettings } from "./settings.ts"

/** Another machine, by the user's own ssh. @param id as declared, such as `ssh://me@tw.local` */
export function sshHost(id: string): Host {
  const remote = parseHost(id)
  if (!remote) throw new Error("not the name of a host")
  const connection = connectionTo(id, remote)
  const look = looker(connection)
  const seen = new Map<string, Promise<RemoteFile>>()
  const edited = new Set<string>()

  function survey(path: string): Promise<RemoteFile> {
    const first = seen.get(path) ?? look(path).catch(outOfSight)
    seen.set(path, first)
    return first
  }

  /**
   * A change is made to nothing else than what was seen, which the far side checks: that may have been earlier in this
   * run, and saves a look. What cannot be decided by it is decided by a new one.
   */
  async function editedAsSeen(path: string, decide: Decide): Promise<boolean> {
    const file = edited.has(path) ? undefined : await seen.get(path)
    edited.add(path)
    if (!file || file.obstacle !== undefined || !("leftover" in file.look)) return false
    const edit = decided(decide, file.look)
    return edit !== undefined && (await change(connection, path, file, edit))
  }

  return {
    readSnapshot: async (path) => (await look(path).catch(outOfSight)).look,
    readFirstSnapshot: async (path) => (await survey(path)).look,

    async edit(path, decide) {
      try {
        const work = async () => {
          if (await editedAsSeen(path, decide)) return
          await editByShell(connection, look, path, decide)
        }
        await runSerially(`${id} ${path}`, () => runEdit(work))
      } catch (error) {
        if (!(error instanceof UserError) || error instanceof Unreachable) throw error
        throw new UserError(`${shown(path)} on ${id}: ${error.message}`)
      }
    },

    async findObstacle(path) {
      const { look, obstacle } = await survey(path)
      if (look.kind === "unreachable") return look.advice
      const reason = look.kind === "unreadable" ? look.reason : obstacle
      return reason && `${shown(path)} on ${id}: ${reason}`
    },

    async resolveCanonical(path) {
      const { machine = sameHost(id), real = path } = await survey(path)
      return `${machine}|${real}`
    },

    async findOutage() {
      const { look } = await (seen.values().next().value ?? survey("/"))
      return look.kind === "unreachable" ? look.reason : undefined
    },

    dial: (address, port) => connection.dial(address, port),

    async run(script, { args = [], input, timeout } = {}) {
      const limit = timeout ?? sshSettings().whole
      const body = foreign(script, args, Math.ceil(limit / 1000))
      const asked = {
        body,
        ...(input ? { payload: input } : {}),
        timeout: limit,
        partial: () => true,
        most: maxOutputBytes,
      }
      const { parts, stderr } = await connection.exchange(asked)
      const end = parts.find(({ name }) => name === "end")
      const begin = parts.find(({ name }) => name === "begin")
      return {
        code: end ? Number(end.words) : null,
        stdout: begin?.body ?? Buffer.alloc(0),
        stderr: new Foreign(stderr),
      }
    },
  }
}

function decided(decide: Decide, look: FileSnapshot): Edit | undefined {
  try {
    return decide(look)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function outOfSight(error: unknown): RemoteFile {
  if (!(error instanceof UserError)) throw error
  const reason = error instanceof Unreachable ? error.reason : error.message
  return { look: { kind: "unreachable", reason, advice: error.message } }
}
