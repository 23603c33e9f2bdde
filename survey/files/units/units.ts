import type { FileSnapshot } from "../../../hosts/host.ts"
import type { File, HomeSnapshot } from "../home-snapshot.ts"
import { unlessBroken } from "../unless-broken.ts"
import { environmentFile, environmentFilesOf, type Files } from "./environment.ts"
import { type LoadedUnit, ownerOf, unitsIn } from "./load.ts"
import { unitSettingsIn } from "./settings.ts"
import type { Reader } from "./specifiers.ts"
import type { UnitFile } from "./unit-file.ts"

type Looks = ReadonlyMap<string, FileSnapshot>

/** Loads the units of a home's user and of the machine, as their managers would now. */
export function unitsOf(snapshot: HomeSnapshot, looks: Looks): LoadedUnit[] {
  const files = unitFilesOf(snapshot, looks)
  return readersOf(snapshot).flatMap((reader) => {
    const named = snapshot.processes.flatMap(({ service }) =>
      service?.manager === "systemd" && service.system === (reader.scope === "system") ? [service.name] : [],
    )
    return unitsIn(files, reader, [...(snapshot.instances ?? []), ...named])
  })
}

function readersOf({ home, owner, uid, user, runtime }: HomeSnapshot): Reader[] {
  const own = { home, uid: owner, runtime: runtime ?? `/run/user/${owner}`, ...(uid === owner ? { user } : {}) }
  return [
    { ...own, scope: "user" },
    { ...own, scope: "system" },
  ]
}

function unitFilesOf({ files }: HomeSnapshot, looks: Looks): UnitFile[] {
  return files.flatMap((file) => unitFileOf(file, looks.get(file.path)) ?? [])
}

function unitFileOf({ kind, path, target }: File, look: FileSnapshot | undefined): UnitFile | undefined {
  if (kind !== "unit environment" && kind !== "unit drop-in") return undefined
  const base = { path, ...(target === undefined ? {} : { target }) }
  if (look?.kind === "file") return { ...base, text: Buffer.from(look.bytes).toString("utf8") }
  return { ...base, ...(look && "reason" in look ? { problem: look.reason } : {}) }
}

/** Returns access to environment files, by the paths and patterns of `EnvironmentFile=`. */
export function filesOf({ files }: HomeSnapshot, looks: Looks): Files {
  return {
    read(path) {
      const look = looks.get(path)
      if (look?.kind === "file") return { bytes: look.bytes }
      return look && "reason" in look ? { problem: look.reason } : null
    },
    matching(pattern) {
      const fits = globOf(pattern)
      const found = files.map(({ path }) => path).filter((path) => fits.test(path))
      return found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    },
  }
}

/**
 * Lists the paths and patterns of environment files that are not read yet: all that any file of a unit names, because they
 * contain a token even if another file resets the setting.
 */
export function wantedEnvironmentFiles(snapshot: HomeSnapshot, looks: Looks): string[] {
  const readers = readersOf(snapshot)
  const units = unitsOf(snapshot, looks).flatMap((unit) => unlessBroken(() => environmentFilesOf(unit)))
  const named = unitFilesOf(snapshot, looks).flatMap((file) => {
    const owner = ownerOf(file, readers)
    const settings = owner ? unlessBroken(() => unitSettingsIn(file, "EnvironmentFile")) : []
    return settings.flatMap(({ line }) =>
      owner ? environmentFile(line.text.slice(line.from, line.to).replace(/^(-?)"(.*)"$/, "$1$2"), owner) : [],
    )
  })
  const paths = [...units, ...named].map(({ path }) => path)
  return [...new Set(paths)].filter((path) => path !== "" && !/[\r\n]/.test(path))
}

/** Lists the environment files that a unit reads. */
export function environmentFilesReadBy(unit: LoadedUnit, files: Files): string[] {
  return environmentFilesOf(unit).flatMap(({ path }) => (/[*?[]/.test(path) ? files.matching(path) : [path]))
}

/** Translates glob(7): a star matches neither a slash nor a leading dot. */
function globOf(pattern: string): RegExp {
  const made = pattern.replace(/\*+|\?|\[!?\]?[^\]/]*\]|\\.|[.+^${}()|\\[\]]/g, (part, at: number) => {
    const first = pattern.charAt(at - 1) === "/" ? "(?!\\.)" : ""
    if (part.startsWith("*")) return `${first}[^/]*`
    if (part === "?") return `${first}[^/]`
    if (part.startsWith("[") && part.length > 1)
      return `${first}[${part
        .slice(1, -1)
        .replace(/^!/, "^")
        .replaceAll(/[\\[\]]/g, "\\$&")}]`
    return part.startsWith("\\") && part.length > 1 ? `\\${part.slice(1)}` : `\\${part}`
  })
  try {
    return new RegExp(`^${made}$`, "s")
  } catch {
    return /(?!)/
  }
}
