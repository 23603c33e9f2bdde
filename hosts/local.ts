import { existsSync, lstatSync, readFileSync } from "node:fs"
import { access, constants, readlink, realpath } from "node:fs/promises"
import { homedir, hostname } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import { describeErrno, errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { atHome } from "../core/home.ts"
import { dial } from "./dial.ts"
import { kernelFile } from "./file.ts"
import { makeFolder } from "./folder.ts"
import type { FileSnapshot, Host } from "./host.ts"
import { editLocallyByShell, snapshotByShell } from "./local-shell.ts"
import { locked, lockObstacle } from "./lock.ts"
import { refusal, removeLeftovers, replace, snapshot } from "./replace.ts"
import { runLocally } from "./run.ts"
import { serially } from "./serially.ts"
import { isTrusted } from "./trust.ts"
import { writing } from "./writing.ts"

const attempts = 5
const deepestLink = 40

/** The machine that Pulumi runs on. */
export const local: Host = {
  look,
  survey: look,

  async edit(path, decide) {
    try {
      if (!(await isTrusted(expand(path)))) {
        await serially(expand(path), () => writing(() => editLocallyByShell(expand(path), decide)))
        return
      }
      const file = await realFile(expand(path))
      const kernel = kernelFile(file)
      if (kernel) throw new UserError(kernel)
      // Only a place that needs a change gets its directory made and a lock laid beside it.
      const first = await snapshot(file)
      const edit = decide(first)
      if (!edit && !("leftover" in first && first.leftover)) return
      await makeFolder(dirname(file))
      await serially(file, () =>
        locked(file, async () => {
          await removeLeftovers(file)
          for (let attempt = 1; attempt <= attempts; attempt++) {
            const look = await snapshot(file)
            const edit = decide(look)
            if (!edit || (await replace(file, look, edit))) return
          }
          throw new UserError("it changed each time it was about to be written; try again")
        }),
      )
    } catch (error) {
      if (error instanceof UserError) throw new UserError(`${shown(path)}: ${error.message}`)
      throw new UserError(`${shown(path)}: ${describeErrno(error)}${remedy(error, expand(path))}`)
    }
  },

  async obstacle(path) {
    try {
      if (!(await isTrusted(expand(path)))) {
        const { obstacle } = await snapshotByShell(expand(path))
        return obstacle && `${shown(path)}: ${obstacle}`
      }
      const file = await realFile(expand(path))
      const kernel = kernelFile(file)
      if (kernel) return `${shown(path)}: ${kernel}`
      await access(await nearestDirectory(dirname(file)), constants.W_OK | constants.X_OK)
      const reason = refusal(await snapshot(file)) ?? (await lockObstacle(file))
      return reason && `${shown(path)}: ${reason}`
    } catch (error) {
      return `${shown(path)}: ${describeErrno(error)}${remedy(error, expand(path))}`
    }
  },

  async canonical(path) {
    return `${machine()}|${await realFile(expand(path)).catch(() => expand(path))}`
  },

  unreachable: async () => undefined,

  run: runLocally,

  dial,
}

async function look(path: string): Promise<FileSnapshot> {
  try {
    if (!(await isTrusted(expand(path)))) return (await snapshotByShell(expand(path))).look
    const file = await realFile(expand(path))
    const reason = kernelFile(file)
    return reason ? { kind: "unreadable", reason } : await snapshot(file)
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof UserError ? error.message : describeErrno(error) }
  }
}

/** As `me` of ssh/remote.sh says it. */
function machine(): string {
  const id = existsSync("/etc/machine-id") ? readFileSync("/etc/machine-id", "utf8").trim() : ""
  return `${hostname()} ${id} ${lstatSync(`${homedir()}/`, { throwIfNoEntry: false })?.ino} ${homedir()}/`
}

function expand(path: string): string {
  return resolve(atHome(path, homedir()))
}

/** The file that a path means: links followed, also to one that does not exist yet (a dotfiles manager's link is kept). */
async function realFile(path: string, depth = 0): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || depth > deepestLink) throw error
  }
  const target = await readlink(path).catch(() => undefined)
  if (target !== undefined) return realFile(resolve(await realpath(dirname(path)), target), depth + 1)
  if (dirname(path) === path) return path
  return join(await realFile(dirname(path), depth + 1), basename(path))
}

async function nearestDirectory(directory: string): Promise<string> {
  try {
    await access(directory)
    return directory
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || dirname(directory) === directory) throw error
    return nearestDirectory(dirname(directory))
  }
}

function remedy(error: unknown, path: string): string {
  const code = errorCode(error)
  if (code === "EACCES" || code === "EPERM") return `; see: ls -ld ${shellWord(dirname(path))} ${shellWord(path)}`
  if (code === "ENOSPC" || code === "EDQUOT") return `; see: df -h ${shellWord(dirname(path))}. Nothing was changed`
  return ""
}
