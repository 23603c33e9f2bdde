import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"

const folder = join(import.meta.dirname, "corpus")

/** The folder of a target's findings. */
function folderOf(target: string): string {
  return join(folder, target.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, ""))
}

/** Reads the inputs that showed faults once: each run begins with them. */
export function findingsOf(target: string): Buffer[] {
  const at = folderOf(target)
  return existsSync(at)
    ? readdirSync(at)
        .sort()
        .map((name) => readFileSync(join(at, name)))
    : []
}

/** Keeps an input that showed a fault. @returns its file */
export function keepFinding(target: string, input: Buffer): string {
  const at = folderOf(target)
  mkdirSync(at, { recursive: true })
  const path = join(at, createHash("sha256").update(input).digest("hex").slice(0, 12))
  writeFileSync(path, input)
  return relative(process.cwd(), path)
}
