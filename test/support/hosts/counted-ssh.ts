import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"
import { pathWithSsh } from "./hostile-ssh.ts"
import { folder } from "./machine.ts"

/** Counts the starts of ssh, as long as PATH is stubbed. */
export function countSsh(): () => number {
  const log = join(folder(), "starts")
  vi.stubEnv("PATH", pathWithSsh(`echo >>'${log}'\nexec /usr/bin/ssh "$@"`))
  return () => (existsSync(log) ? readFileSync(log, "utf8").length : 0)
}
