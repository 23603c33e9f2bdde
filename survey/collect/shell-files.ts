import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { productNames } from "../../products/product.ts"
import { credentials, formatVariable } from "../../products/readers.ts"
import type { File } from "../files/home-snapshot.ts"
import { furtherFiles, startupFiles } from "../files/shells/startup.ts"
import { urlVariable } from "../files/stated-url.ts"
import { patternsScript } from "./files-script.ts"
import type { HomeReading } from "./member.ts"
import { parseHomeSnapshot } from "./parse-home.ts"
import { runProbe } from "./run-probe.ts"

type Looks = ReadonlyMap<string, FileSnapshot>

/** The shell files that may set what a command of the user sends. */
export interface ShellFiles {
  readonly files: readonly File[]
  readonly looks: Looks
  /** Why more may be set, a clause each. */
  readonly unknown: readonly string[]
}

/** The depth of files that source others, and their number. */
const deepest = 4
const mostSourced = 200

/** Finds the startup files that no pattern names, and the files that they source, as far as they name a relevant variable. */
export async function readShellFiles(
  host: string,
  { snapshot, copies, passwords }: HomeReading,
  known: Looks,
  read: (host: string, files: readonly File[]) => Promise<Looks>,
): Promise<ShellFiles> {
  const { home } = snapshot
  const isNamed = naming([...copies, ...passwords])
  const kinds = new Map(snapshot.files.map(({ path, kind }) => [path, kind]))
  const [found, looks, unknown] = [[] as File[], new Map(known), [] as string[]]
  const done = new Set<string>()
  let wanted = new Map(startupFiles(home).map((path) => [path, false]))
  for (let level = 0; level < deepest && wanted.size > 0 && done.size < mostSourced; level++) {
    const paths = [...wanted.keys()].filter((path) => !done.has(path)).slice(0, mostSourced)
    const files = parseHomeSnapshot(await runProbe(host, patternsScript(paths))).files
    const missing = files.filter(({ path }) => !looks.has(path)).map((file): File => ({ ...file, kind: "profile" }))
    for (const [path, look] of await read(host, missing)) looks.set(path, look)
    for (const path of paths) done.add(path)
    const next = new Map<string, boolean>()
    for (const { path } of files) {
      const look = looks.get(path)
      if (look?.kind !== "file") continue
      const text = Buffer.from(look.bytes).toString("utf8")
      const at = showPath(shown(path), home)
      const isOther = (kinds.get(path) ?? "profile") !== "profile"
      const isExported = wanted.get(path) === true
      if (isNamed(text) && (isExported || isOther) && level > 0)
        unknown.push(`a shell's startup file reads ${at}, and may export what that sets`)
      else if (isNamed(text)) found.push(...missing.filter((file) => file.path === path))
      const further = furtherFiles(text, home)
      for (const each of further.paths) next.set(each, further.exportsAll)
      if (level === 0 && further.hasUnknown) unknown.push(`${at} reads a file whose path is not known`)
    }
    wanted = next
  }
  return { files: found, looks, unknown }
}

/** Checks whether a text names a variable of a credential, or one that a config names in place of it. */
function naming(copies: HomeReading["copies"]): (text: string) => boolean {
  const own = productNames.flatMap((product) => credentials.map((each) => formatVariable(product, each)))
  const named = copies.flatMap(({ held }) => (held.kind === "variable" ? [held.name] : []))
  const all = [...new Set([...own, ...named, urlVariable])]
  return (text) => all.some((name) => text.includes(name))
}
