import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"

export const root: string = resolve(import.meta.dirname, "../..")

/** Copies the tree as it is, without what git ignores; the packages and tools are links. @returns its folder */
export function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "gatekey-mutants-"))
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root })
  for (const path of listed.toString().split("\0")) {
    if (path === "" || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    copyFileSync(join(root, path), join(copy, path))
  }
  for (const name of ["node_modules", ".tools"]) {
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name))
  }
  return copy
}

export function removeTree(copy: string): void {
  rmSync(copy, { recursive: true, force: true })
}
