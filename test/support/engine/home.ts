import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Owner } from "./machine.ts"

/** A folder of real files that a stack's places stand in. */
export interface Home {
  readonly home: string
  at(name: string): string
  read(name: string): string
  bytes(name: string): Buffer
  /** Keeps an existing file's mode; a new one gets 0600, a new directory 0700. */
  write(name: string, content: string | Uint8Array, mode?: number): void
  remove(name: string): void
  exists(name: string): boolean
  mode(name: string): string
  /** Everything below, with its kind, mode, inode, time of change in nanoseconds and content. */
  look(): Readonly<Record<string, string>>
  /** The names of all files below. */
  files(): string[]
}

export function homeIn(home: string, owner: Owner): Home {
  const at = (name: string) => join(home, name)
  const folder = (path: string) => {
    const made = mkdirSync(path, { recursive: true, mode: 0o700 })
    for (let each = path; made !== undefined && each.length >= made.length; each = dirname(each)) owner.give(each)
  }
  folder(home)
  const names = () => (readdirSync(home, { recursive: true }) as string[]).sort()
  return {
    home,
    at,
    read: (name) => readFileSync(at(name), "utf8"),
    bytes: (name) => readFileSync(at(name)),
    write(name, content, mode) {
      folder(dirname(at(name)))
      writeFileSync(at(name), content, { mode: 0o600 })
      owner.give(at(name))
      if (mode !== undefined) chmodSync(at(name), mode)
    },
    remove: (name) => rmSync(at(name), { recursive: true, force: true }),
    exists: (name) => existsSync(at(name)),
    mode: (name) => (lstatSync(at(name)).mode & 0o7777).toString(8).padStart(4, "0"),
    look: () => Object.fromEntries(["", ...names()].map((name) => [name, told(at(name))])),
    files: () => names().filter((name) => !lstatSync(at(name)).isDirectory()),
  }
}

function told(path: string): string {
  const { mode, ino, mtimeNs, size } = lstatSync(path, { bigint: true })
  const content = (mode & 0o170000n) === 0o100000n && size < 100_000n ? readFileSync(path, "base64") : ""
  return `${mode.toString(8)} ${ino} ${mtimeNs} ${content}`
}
