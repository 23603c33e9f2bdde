import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { whenFinished } from "../finished.ts"

/** Why what only root can try is left out here; undefined where it can be tried, and always where CI is set. */
export const noRoot: string | undefined =
  process.env.CI || process.getuid?.() === 0 ? undefined : "only root can become another user"

/** Why no file system of its own can be mounted here; undefined as above. */
export const noMount: string | undefined = noRoot ?? (process.platform === "linux" ? undefined : "tmpfs needs Linux")

/** A user whom no other test is. */
export const nobody = 65_534

/** A folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "gatekey-"))
  whenFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A full disk is a small one: `size` kilobytes, mounted at a folder until the test ends. */
export function smallDisk(size: number): string {
  const path = folder()
  execFileSync("/bin/mount", ["-t", "tmpfs", "-o", `size=${size}k,mode=755`, "tmpfs", path])
  onTestFinished(() => void execFileSync("/bin/umount", ["-l", path]))
  return path
}
