import { randomBytes } from "node:crypto"
import { link, lstat, readdir, rm, writeFile } from "node:fs/promises"
import { hostname } from "node:os"
import { basename, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import { notALock } from "./file.ts"
import { processStart } from "./process-start.ts"
import { readSmall } from "./read.ts"
import { refuseWhenEnded, writing } from "./writing.ts"

const patience = 30_000
/** Bytes; an owner's line is shorter. */
const longestOwner = 512

/**
 * One editor of a file at a time, over processes and stacks: a file beside it that names its owner, linked into place so
 * that it is whole from the first moment. A lock whose process is gone is taken over.
 * @throws UserError when another holds it longer than 30 s; errors of the file system as they are
 */
export async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = lockOf(file)
  return writing(async () => {
    const obstacle = await lockObstacle(file)
    if (obstacle) throw new UserError(obstacle)
    await take(lock)
    try {
      await sweep(lock)
      return await work()
    } finally {
      await rm(lock, { force: true })
    }
  })
}

/** Whether a killed run left its lock behind. */
export async function isAbandoned(file: string): Promise<boolean> {
  return isDead(lockOf(file))
}

/** What stands where the lock must, and is none: nobody would ever give it back. */
export async function lockObstacle(file: string): Promise<string | undefined> {
  const lock = lockOf(file)
  for (const each of [lock, breakOf(lock)]) {
    const seen = await lstat(each).catch(() => undefined)
    if (seen && !seen.isFile()) return notALock(each)
  }
  return undefined
}

function lockOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.gatekey-lock`)
}

async function take(lock: string): Promise<void> {
  const me = await owner()
  const mine = beside(lock, me)
  try {
    await writeFile(mine, me, { flag: "wx", mode: 0o600 })
    const deadline = Date.now() + patience
    for (let wait = 5; !(await linked(mine, lock)); wait = Math.min(wait * 2, 200)) {
      refuseWhenEnded()
      if (await isDead(lock)) await breakLock(lock, mine)
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

/** Removes a dead owner's lock. Only one may: a second one could hit the lock of who came after the first. */
async function breakLock(lock: string, mine: string): Promise<void> {
  const breaking = breakOf(lock)
  if (!(await linked(mine, breaking))) {
    if (await isDead(breaking)) await rm(breaking, { force: true })
    return
  }
  try {
    if (await isDead(lock)) await rm(lock, { force: true })
  } finally {
    await rm(breaking, { force: true })
  }
}

/** Removes what dead processes left on their way to this lock. */
async function sweep(lock: string): Promise<void> {
  if (await isDead(breakOf(lock))) await rm(breakOf(lock), { force: true })
  const prefix = `${basename(lock)}-`
  for (const name of await readdir(dirname(lock))) {
    const [maker, mark] = name.startsWith(prefix) ? name.slice(prefix.length).split("-") : []
    if (maker && mark && (await gone(maker))) await rm(join(dirname(lock), name), { force: true })
  }
}

/** A file of ours on the way to the lock: its name tells whose it is, even when it was killed before it wrote a line. */
function beside(lock: string, me: string): string {
  return `${lock}-${me}-${randomBytes(6).toString("hex")}`
}

function breakOf(lock: string): string {
  return `${lock}-break`
}

async function isDead(lock: string): Promise<boolean> {
  const owner = await ownerOf(lock)
  return owner !== undefined && gone(owner)
}

async function ownerOf(lock: string): Promise<string | undefined> {
  return readSmall(lock, longestOwner)
}

/** One process for ever, as a part of a file's name. */
async function owner(): Promise<string> {
  started ??= startOf(process.pid)
  return [here(), process.pid, await started].join("~")
}

/** When this process started; where there is no /proc the answer costs a process. */
let started: Promise<string> | undefined

/** An owner on another machine (a shared home) cannot be asked; a line that a power cut emptied is nobody's. */
async function gone(owner: string): Promise<boolean> {
  const [host, pid, start] = owner.split("~")
  if (!start) return true
  return host === here() && (await startOf(Number(pid))) !== start
}

function here(): string {
  return plain(hostname())
}

async function startOf(pid: number): Promise<string> {
  return plain(await processStart(pid))
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9.]/g, "_")
}
