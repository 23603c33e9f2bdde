import { lstatSync, readFileSync } from "node:fs"
import { access, constants, readlink, realpath } from "node:fs/promises"
import { homedir, hostname } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import { describeErrno, errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { expandHome } from "../core/home.ts"
import { dial } from "./dial.ts"
import { describeKernelFile } from "./file.ts"
import { makeFolder, removeOwnFolder } from "./folder.ts"
import type { FileSnapshot, Host } from "./host.ts"
import { readIdentifiedFile } from "./identified-file.ts"
import { removeLeftovers } from "./leftovers.ts"
import { editLocallyByShell, snapshotByShell } from "./local-shell.ts"
import { findLockObstacle, withLock } from "./lock.ts"
import { describeReplaceRefusal, replaceFile } from "./replace.ts"
import { runScriptLocally } from "./run.ts"
import { runSerially } from "./serially.ts"
import { isTrusted } from "./trust.ts"
import { runEdit } from "./writing.ts"

const attempts = 5
const maxLinks = 40

/** The machine that Pulumi runs on. */
export const local: Host = {
  readSnapshot: look,
  readFirstSnapshot: look,

  async edit(path, decide) {
    try {
      if (!(await isTrusted(expand(path)))) {
        await runSerially(expand(path), () => runEdit(() => editLocallyByShell(expand(path), decide)))
        return
      }
      const file = await resolveFile(expand(path))
      const kernel = describeKernelFile(file)
      if (kernel) throw new UserError(kernel)
      // Creates the folder and the lock only if a change is needed.
      const first = await readIdentifiedFile(file)
      const edit = decide(first)
      if (!edit && !("leftover" in first && first.leftover)) return
      await makeFolder(dirname(file))
      const isRemoved = await runSerially(file, () =>
        withLock(file, async () => {
          await removeLeftovers(file)
          for (let attempt = 1; attempt <= attempts; attempt++) {
            const look = await readIdentifiedFile(file)
            const edit = decide(look)
            if (!edit || (await replaceFile(file, look, edit))) return edit !== undefined && "remove" in edit
          }
          throw new UserError("it changed each time it was about to be written; try again")
        }),
      )
      if (isRemoved) await removeOwnFolder(dirname(file))
    } catch (error) {
      if (error instanceof UserError) throw new UserError(`${shown(path)}: ${error.message}`, "place")
      throw new UserError(`${shown(path)}: ${describeErrno(error)}${describeFix(error, expand(path))}`, "place")
    }
  },

  async findObstacle(path) {
    try {
      if (!(await isTrusted(expand(path)))) {
        const { obstacle } = await snapshotByShell(expand(path))
        return obstacle && `${shown(path)}: ${obstacle}`
      }
      const file = await resolveFile(expand(path))
      const kernel = describeKernelFile(file)
      if (kernel) return `${shown(path)}: ${kernel}`
      await access(await findNearestDirectory(dirname(file)), constants.W_OK | constants.X_OK)
      const reason = describeReplaceRefusal(await readIdentifiedFile(file)) ?? (await findLockObstacle(file))
      return reason && `${shown(path)}: ${reason}`
    } catch (error) {
      return `${shown(path)}: ${describeErrno(error)}${describeFix(error, expand(path))}`
    }
  },

  async resolveCanonical(path) {
    return `${identifyMachine()}|${await resolveFile(expand(path)).catch(() => expand(path))}`
  },

  findOutage: async () => undefined,

  run: runScriptLocally,

  dial,
}

async function look(path: string): Promise<FileSnapshot> {
  try {
    if (!(await isTrusted(expand(path)))) return (await snapshotByShell(expand(path))).snapshot
    const file = await resolveFile(expand(path))
    const reason = describeKernelFile(file)
    return reason ? { kind: "unreadable", reason } : await readIdentifiedFile(file)
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof UserError ? error.message : describeErrno(error) }
  }
}

/** Identifies this machine like `me` of ssh/remote.sh. */
function identifyMachine(): string {
  return `${hostname()} ${readMachineId()} ${lstatSync(`${homedir()}/`, { throwIfNoEntry: false })?.ino} ${homedir()}/`
}

function readMachineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim()
  } catch {
    // Without one, as on a Mac, or unreadable: the rest has to do.
    return ""
  }
}

function expand(path: string): string {
  return resolve(expandHome(path, homedir()))
}

/** Resolves a path through links, also to a file that does not exist yet (the link of a dotfiles manager is kept). */
async function resolveFile(path: string, depth = 0): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || depth > maxLinks) throw error
  }
  const target = await readlink(path).catch(() => undefined)
  if (target !== undefined) return resolveFile(resolve(await realpath(dirname(path)), target), depth + 1)
  if (dirname(path) === path) return path
  return join(await resolveFile(dirname(path), depth + 1), basename(path))
}

async function findNearestDirectory(directory: string): Promise<string> {
  try {
    await access(directory)
    return directory
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || dirname(directory) === directory) throw error
    return findNearestDirectory(dirname(directory))
  }
}

function describeFix(error: unknown, path: string): string {
  const code = errorCode(error)
  if (code === "EACCES" || code === "EPERM") return `; see: ls -ld ${shellWord(dirname(path))} ${shellWord(path)}`
  if (code === "ENOSPC" || code === "EDQUOT") return `; see: df -h ${shellWord(dirname(path))}. Nothing was changed`
  return ""
}
