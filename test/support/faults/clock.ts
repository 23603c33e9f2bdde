import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const library = findLibrary()

/** Why no program can have a clock of its own here; undefined if it can, and always where CI is set. */
export const noClock: string | undefined = process.env.CI || library ? undefined : "libfaketime is not installed"

export interface Clock {
  /** Of a program that shall have it. */
  readonly env: NodeJS.ProcessEnv
  /** Sets the clock, as faketime writes it: `+400d`, `-2d`. */
  jump(by: string): void
  remove(): void
}

/** A clock for a program and what it starts, which is right until it jumps. Timers go on as they are. */
export function fakeClock(): Clock {
  if (!library) throw new Error("libfaketime is not installed")
  const folder = mkdtempSync(join(tmpdir(), "gatekey-clock-"))
  const file = join(folder, "clock")
  writeFileSync(file, "+0d")
  const env = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1" }
  return {
    env: { ...env, FAKETIME_DONT_FAKE_MONOTONIC: "1" },
    jump: (by) => writeFileSync(file, by),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Finds Debian's, in the folder of this architecture. */
function findLibrary(): string | undefined {
  if (process.platform !== "linux") return undefined
  const folders = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`)
  return folders.find((path) => existsSync(path))
}
