import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"

/** The files of tests that start no program and read no product: by what they import, so that a new one finds its place. */
export function quickTests(root: string): string[] {
  const known = new Map<string, boolean>()
  const starts = (file: string): boolean => {
    const before = known.get(file)
    if (before !== undefined) return before
    known.set(file, false)
    const text = readFileSync(file, "utf8")
    const isStarter = /"node:child_process"|\.tools\/products/.test(text) || importsIn(text, dirname(file)).some(starts)
    known.set(file, isStarter)
    return isStarter
  }
  return globSync("test/**/*.test.ts", { cwd: root })
    .filter((file) => !starts(resolve(root, file)))
    .sort()
}

/** Of the tests' own modules: what the sources start is what they are for. */
function importsIn(text: string, folder: string): string[] {
  return [...text.matchAll(/ from "(\.[^"]+)"/g)]
    .map(([, path = ""]) => join(folder, path))
    .filter((path) => path.includes("/test/") && existsSync(path))
}
