import { execFile } from "node:child_process"
import type { Stats } from "node:fs"
import { lstat, readlink } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { promisify } from "node:util"

const deepestLink = 40
const run = promisify(execFile)

/**
 * Tells whether nobody but root and this user can change what an absolute path leads to: the same rules as `trust` of
 * ssh/untrusted.sh, which is asked where it is not so.
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
    const seen = await lstat(behind).catch(() => undefined)
    if (!seen?.isDirectory() && !seen?.isSymbolicLink()) break
    if (!isOwned(seen, uid)) return false
    if (seen.isDirectory()) {
      safe = await isClosed(behind, seen, uid)
      if (!safe && !isSticky(seen)) return false
      continue
    }
    if (++followed > deepestLink) break
    const target = resolve(dirname(behind), await readlink(behind).catch(() => ""))
    ahead.unshift(...target.split("/"))
    behind = ""
  }
  return safe
}

function isOwned({ uid }: Stats, mine: number): boolean {
  return uid === 0 || uid === mine
}

/** Whoever can write to a sticky folder can exchange there nothing but what is his. */
function isSticky({ mode }: Stats): boolean {
  return (mode & 0o1000) !== 0
}

async function isClosed(path: string, folder: Stats, uid: number): Promise<boolean> {
  if (!isOwned(folder, uid) || (folder.mode & 0o002) !== 0) return false
  if ((folder.mode & 0o020) === 0) return true
  return (folder.gid === 0 || folder.gid === (await privateGroup())) && !(await hasList(path, folder))
}

/** A list of access (ACL) may name anybody; what it allows at most stands where the group's rights do. */
async function hasList(path: string, { dev, ino, ctimeMs }: Stats): Promise<boolean> {
  const key = `${dev} ${ino} ${ctimeMs}`
  const known = lists.get(key) ?? run("ls", ["-ldn", path]).then(({ stdout }) => /^\S{10}\+/.test(stdout))
  lists.set(key, known)
  return known.catch(() => true)
}

/** A change of a list changes the folder's time. */
const lists = new Map<string, Promise<boolean>>()

/** This user's own group, if it has the user's name: nobody else is in it. */
async function privateGroup(): Promise<number | undefined> {
  group ??= run("id").then(
    ({ stdout }) => /^uid=\d+(\(\S+\)) gid=(\d+)\1/.exec(stdout)?.[2],
    () => undefined,
  )
  const found = await group
  return found === undefined ? undefined : Number(found)
}

let group: Promise<string | undefined> | undefined
