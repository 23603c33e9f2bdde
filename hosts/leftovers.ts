import { readdir, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path/posix"

/** Lists copies that a killed run left. */
export async function listLeftovers(file: string): Promise<string[]> {
  const prefix = `.${basename(file)}.gatekey-`
  const names = await readdir(dirname(file)).catch(() => [])
  return names.filter((name) => name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length)))
}

/** Removes leftover copies; only under the file's lock, so that no other gatekey is writing. */
export async function removeLeftovers(file: string): Promise<void> {
  // A folder that root left, when other users could change this path, can only be removed by root.
  for (const name of await listLeftovers(file)) {
    await rm(join(dirname(file), name), { force: true, recursive: true }).catch(() => {})
  }
}
