import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { SearchNote } from "../support/canary/search.ts"

const root = join(import.meta.dirname, "../..")

/** A file of tests that search, and which of them. */
interface SceneFile {
  readonly path: string
  /** Default: all. */
  readonly names?: string
}

/** A state in PostgreSQL is moved there and rotated by the first tests of a file that does more. */
const database = "moves from a folder|is rejected in its old place|no page of it contains"

export const sceneFiles: readonly SceneFile[] = [
  { path: "test/engine/canary.test.ts" },
  { path: "test/engine/team.test.ts", names: database },
]

/** Runs one file's scenes. @param notes the file to which each scene appends what it searched @returns the exit code */
export function runScenes({ path, names }: SceneFile, notes: string): Promise<number> {
  const words = ["run", "--reporter=verbose", path, ...(names === undefined ? [] : ["--testNamePattern", names])]
  // Where a program that a scene needs is missing, the scene fails instead of being skipped.
  const env = { ...process.env, CI: "true", CANARY_NOTES: notes }
  const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...words], {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  })
  return new Promise((done, failed) => {
    child.on("error", failed)
    child.on("close", (code) => done(code ?? 1))
  })
}

export function readNotes(file: string): SearchNote[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
