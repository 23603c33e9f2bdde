import { mkdir, rmdir, stat } from "node:fs/promises"
import { basename, dirname } from "node:path"
import { errorCode } from "../core/errno.ts"

/** Creates a folder of mode 0700 and its parents. Node's own recursive option never ends in /proc. */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = []
  for (let at = path; !(await exists(at)) && at !== dirname(at); at = dirname(at)) missing.unshift(at)
  for (const each of missing) {
    await mkdir(each, { mode: 0o700 }).catch((error) => {
      if (errorCode(error) !== "EEXIST") throw error
    })
  }
}

/** Removes a folder of gatekey's own, by its name, if it is empty. */
export async function removeOwnFolder(path: string): Promise<void> {
  // What is not empty stays, as does what another user has.
  if (basename(path) === "gatekey") await rmdir(path).catch(() => {})
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false
    throw error
  }
}
