import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** What the gateway itself keeps in its home. */
const own =
  /^(tmp|\.npm|clawd|\.(openclaw|clawdbot)(-\w+)?\/(tmp|state|logs|agents|workspace|cache|identity|devices|update|cron)\/|$)|sqlite|\.last-good$/

/** The files of a home that gatekey may write, by their paths. */
export function filesOf(home: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of readdirSync(home, { recursive: true, encoding: "utf8" })) {
    const path = join(home, name)
    const stats = own.test(name) ? undefined : lstatSync(path, { throwIfNoEntry: false })
    if (!stats?.isFile()) continue
    const { size, mtimeMs, mode } = stats
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex")
    found.set(path, `${hash} ${size} ${mode} ${mtimeMs}`)
  }
  return found
}

/** Paths that differ, or are in one only. */
export function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort()
}

/** The files of a home in which the value stands, also among the gateway's own, but for its copy of its config. */
export function holdersOf(home: string, value: string): string[] {
  const names = readdirSync(home, { recursive: true, encoding: "utf8" })
  return names
    .filter((name) => !name.endsWith(".last-good"))
    .map((name) => join(home, name))
    .filter((path) => {
      const stats = lstatSync(path, { throwIfNoEntry: false })
      return stats?.isFile() && readFileSync(path).includes(value)
    })
}
