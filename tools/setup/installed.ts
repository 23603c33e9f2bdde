// Exits with 0 if a folder's node_modules contains what another's package-lock.json lists: `installed.ts [OTHER FOLDER]`, both the
// current one by default. npm writes its own list there last, so a half install shows.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

interface Entry {
  version?: string
  integrity?: string
  optional?: boolean
  optionalDependencies?: Record<string, string>
}

export type Packages = Record<string, Entry>

export const packagesOf = (file: string): Packages => {
  const { "": _root, ...entries } = JSON.parse(readFileSync(file, "utf8")).packages
  return entries
}

const same = (a: Entry, b: Entry): boolean => a.version === b.version && a.integrity === b.integrity

/** Checks the packages; optional ones may be missing, as they are for other platforms. */
export const inLine = (wanted: Packages, there: Packages, present: (path: string) => boolean): boolean => {
  const missing = Object.entries(wanted).some(([path, entry]) => !(path in there) && !entry.optional)
  const odd = Object.entries(there).some(
    ([path, entry]) => !wanted[path] || !same(entry, wanted[path]) || !present(path),
  )
  return !missing && !odd
}

const isInstalled = ([locked = ".", folder = "."]: readonly string[]): boolean => {
  try {
    const there = packagesOf(join(folder, "node_modules/.package-lock.json"))
    const present = (path: string) => existsSync(join(folder, path, "package.json"))
    return inLine(packagesOf(join(locked, "package-lock.json")), there, present)
  } catch {
    return false
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = isInstalled(process.argv.slice(2)) ? 0 : 1
}
