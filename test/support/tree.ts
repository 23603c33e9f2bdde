import { createHash } from "node:crypto"
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** Files by their names below a folder; with a mode where it is not 0600. */
export interface Tree {
  readonly [name: string]: string | readonly [text: string, mode: number]
}

export function lay(folder: string, tree: Tree): void {
  for (const [name, held] of Object.entries(tree)) {
    const [text, mode] = typeof held === "string" ? [held, 0o600] : held
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    chmodSync(path, mode)
  }
}

/** All that is below a folder, but for when it was read: a line each. */
export function snapshot(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()
  return ["", ...names].map((name) => {
    const path = join(folder, name)
    const { mode, uid, gid, size, mtimeMs, ctimeMs, ino } = lstatSync(path)
    const kind = mode & 0o170000
    const held =
      kind === 0o100000
        ? createHash("sha256").update(readFileSync(path)).digest("hex")
        : kind === 0o120000
          ? readlinkSync(path)
          : ""
    return [name, mode.toString(8), uid, gid, kind === 0o040000 ? "" : size, mtimeMs, ctimeMs, ino, held].join(" ")
  })
}
