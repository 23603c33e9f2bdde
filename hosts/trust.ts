import { execFile } from "node:child_process"
import type { Stats } from "node:fs"
import { lstat, readlink } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { promisify } from "node:util"

const maxLinks = 40
const run = promisify(execFile)

/**
 * Checks that only root and this user can change where an absolute path leads, by the rules of `trust` in
 * ssh/untrusted.sh, which handles all other paths.
 */
export async function isTrusted(path: string): Promise<boolean> {
  const uid = process.geteuid?.()
  if (uid === undefined) return true
  const ahead = path.split("/")
  let behind = ""
  let followed = 0
  let safe = await isClosed("/", await lstat("/"), uid)
  if (!safe) return false
  for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
    if (part === "" || part === ".") continue
    if (part === "..") {
      behind = dirname(behind) === "/" ? "" : dirname(behind)
      continue
    }
    behind = `${behind}/${part}`
    const stats = await lstat(behind).catch(() => undefined)
    if (!stats?.isDirectory() && !stats?.isSymbolicLink()) break
    if (!isOwned(stats, uid)) return false
    if (stats.isDirectory()) {
      safe = await isClosed(behind, stats, uid)
      if (!safe && !isSticky(stats)) return false
      continue
    }
    if (++followed > maxLinks) break
    const target = resolve(dirname(behind), await readlink(behind).catch(() => ""))
    ahead.unshift(...target.split("/"))
    behind = ""
  }
  return safe
}

function isOwned({ uid }: Stats, mine: number): boolean {
  return uid === 0 || uid === mine
}

/** Checks for a sticky folder, in which users can replace only their own files. */
function isSticky({ mode }: Stats): boolean {
  return (mode & 0o1000) !== 0
}

async function isClosed(path: string, folder: Stats, uid: number): Promise<boolean> {
  if (!isOwned(folder, uid) || (folder.mode & 0o002) !== 0) return false
  if ((folder.mode & 0o020) === 0) return true
  return (folder.gid === 0 || folder.gid === (await privateGroup())) && !(await hasList(path, folder))
}

/** Checks for an access control list, which may name any user; its mask is in place of the group's rights. */
async function hasList(path: string, { dev, ino, ctimeMs }: Stats): Promise<boolean> {
  const key = `${dev} ${ino} ${ctimeMs}`
  const known = lists.get(key) ?? run("ls", ["-ldn", path]).then(({ stdout }) => /^\S{10}\+/.test(stdout))
  lists.set(key, known)
  return known.catch(() => true)
}

/** The results by folder and time, as a change of the list changes the folder's time. */
const lists = new Map<string, Promise<boolean>>()

/** Finds this user's own group, if it has the user's name and so no other members. */
async function privateGroup(): Promise<number | undefined> {
  group ??= run("id").then(
    ({ stdout }) => /^uid=\d+(\(\S+\)) gid=(\d+)\1/.exec(stdout)?.[2],
    () => undefined,
  )
  const found = await group
  return found === undefined ? undefined : Number(found)
}

let group: Promise<string | undefined> | undefined
