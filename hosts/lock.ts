import { randomBytes } from "node:crypto"
import { link, lstat, readdir, rm, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { describeNotALock } from "./file.ts"
import { hasEnded, identifyProcess, isDead } from "./lock-owner.ts"
import { runEdit, throwIfEnded } from "./writing.ts"

const lockTimeout = 30_000
/**
 * Lets one editor at a time change a file, over processes and stacks: the lock is a file that names its owner, linked into
 * place so that it is complete at once. The lock of a process that has ended is taken over.
 * @throws UserError if another process has the lock longer than 30 s; errors of the file system
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = lockPath(file)
  return runEdit(async () => {
    const obstacle = await findLockObstacle(file)
    if (obstacle) throw new UserError(obstacle)
    await acquire(lock)
    try {
      await sweep(lock)
      return await work()
    } finally {
      await rm(lock, { force: true })
    }
  })
}

/** Checks whether a killed run left its lock. */
export async function hasAbandonedLock(file: string): Promise<boolean> {
  return isDead(lockPath(file))
}

/** Finds a file in place of the lock that is not a lock, and would never be released. */
export async function findLockObstacle(file: string): Promise<string | undefined> {
  const lock = lockPath(file)
  for (const each of [lock, breakPath(lock)]) {
    const seen = await lstat(each).catch(() => undefined)
    if (seen && !seen.isFile()) return describeNotALock(each)
  }
  return undefined
}

function lockPath(file: string): string {
  return join(dirname(file), `.${basename(file)}.gatekey-lock`)
}

async function acquire(lock: string): Promise<void> {
  const me = await identifyProcess()
  const own = temporaryPath(lock, me)
  try {
    await writeFile(own, me, { flag: "wx", mode: 0o600 })
    const deadline = Date.now() + lockTimeout
    for (let wait = 5; !(await tryLink(own, lock)); wait = Math.min(wait * 2, 200)) {
      throwIfEnded()
      if (await isDead(lock)) await breakLock(lock, own)
      else if (Date.now() > deadline) {
        throw new UserError(`another gatekey holds ${shown(lock)}; if none is running: rm ${shellWord(lock)}`)
      } else await sleep(wait)
    }
  } finally {
    await rm(own, { force: true })
  }
}

async function tryLink(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock)
    return true
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false
    throw error
  }
}

/** Removes the lock of an ended process. Only one process may do it, as a second could remove a newer lock. */
async function breakLock(lock: string, own: string): Promise<void> {
  const breaking = breakPath(lock)
  if (!(await tryLink(own, breaking))) {
    if (await isDead(breaking)) await rm(breaking, { force: true })
    return
  }
  try {
    if (await isDead(lock)) await rm(lock, { force: true })
  } finally {
    await rm(breaking, { force: true })
  }
}

/** Removes the files that ended processes left for this lock. */
async function sweep(lock: string): Promise<void> {
  if (await isDead(breakPath(lock))) await rm(breakPath(lock), { force: true })
  const prefix = `${basename(lock)}-`
  for (const name of await readdir(dirname(lock))) {
    const [maker, mark] = name.startsWith(prefix) ? name.slice(prefix.length).split("-") : []
    if (maker && mark && (await hasEnded(maker))) await rm(join(dirname(lock), name), { force: true })
  }
}

/** Formats the name of a file that becomes the lock; it contains its owner, in case it is killed before it writes. */
function temporaryPath(lock: string, me: string): string {
  return `${lock}-${me}-${randomBytes(6).toString("hex")}`
}

function breakPath(lock: string): string {
  return `${lock}-break`
}
