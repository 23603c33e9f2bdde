import { randomBytes } from "node:crypto"
import { link, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { hostname } from "node:os"
import { basename, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { processStart } from "./process-start.ts"

const patience = 30_000

/**
 * One editor of a file at a time, over processes and stacks: a file beside it that names its owner, linked into place so
 * that it is whole from the first moment. A lock whose process is gone is taken over.
 * @throws UserError when another holds it longer than 30 s; errors of the file system as they are
 */
export async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = lockOf(file)
  await take(lock)
  try {
    await sweep(lock)
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** Whether a killed run left its lock behind. */
export async function isAbandoned(file: string): Promise<boolean> {
  const owner = await ownerOf(lockOf(file))
  return owner !== undefined && gone(owner)
}

function lockOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.gatekey-lock`)
}

async function take(lock: string): Promise<void> {
  const mine = beside(lock)
  await writeFile(mine, await me(), { flag: "wx", mode: 0o600 })
  try {
    const deadline = Date.now() + patience
    for (let wait = 5; !(await linked(mine, lock)); wait = Math.min(wait * 2, 200)) {
      const owner = await ownerOf(lock)
      if (owner !== undefined && (await gone(owner))) await breakLock(lock, owner)
      else if (Date.now() > deadline) {
        throw new UserError(`another gatekey holds ${shown(lock)}; if none is running: rm ${shellWord(lock)}`)
      } else await sleep(wait)
    }
  } finally {
    await rm(mine, { force: true })
  }
}

async function linked(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock)
    return true
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false
    throw error
  }
}

/** Moves the dead owner's lock away; back again if a living one has taken it since we looked. */
async function breakLock(lock: string, owner: string): Promise<void> {
  const aside = beside(lock)
  try {
    await rename(lock, aside)
  } catch {
    return
  }
  if ((await ownerOf(aside)) !== owner) await linked(aside, lock)
  await rm(aside, { force: true })
}

/** Removes what dead processes left on their way to this lock. */
async function sweep(lock: string): Promise<void> {
  for (const name of await readdir(dirname(lock))) {
    if (!name.startsWith(`${basename(lock)}-`)) continue
    const path = join(dirname(lock), name)
    const owner = await ownerOf(path)
    // An empty one may be in the making; in a minute it is not.
    const fresh = owner === "" && Date.now() - (await stat(path).then(({ mtimeMs }) => mtimeMs, Date.now)) < 60_000
    if (owner !== undefined && !fresh && (await gone(owner))) await rm(path, { force: true })
  }
}

function beside(lock: string): string {
  return `${lock}-${randomBytes(6).toString("hex")}`
}

async function ownerOf(lock: string): Promise<string | undefined> {
  return readFile(lock, "utf8").catch(() => undefined)
}

async function me(): Promise<string> {
  return `${hostname()} ${process.pid} ${await processStart(process.pid)}`
}

/** An owner on another machine (a shared home) cannot be asked; a line cut short by a kill is nobody's. */
async function gone(owner: string): Promise<boolean> {
  const [host, pid, ...start] = owner.split(" ")
  if (!pid || start.length === 0) return true
  return host === hostname() && (await processStart(Number(pid))) !== start.join(" ")
}
