import { dropInsOf, isMask } from "./drop-ins.ts"
import { templateOf, unitFolders } from "./folders.ts"
import { absolute, folderOf, nameOf } from "./paths.ts"
import type { Reader } from "./specifiers.ts"
import type { UnitFile } from "./unit-file.ts"

/** A unit's own file and drop-ins, in the order in which they are read. */
export interface LoadedUnit {
  readonly name: string
  readonly reader: Reader
  readonly path: string
  readonly parts: readonly UnitFile[]
  /** Its file is empty or a link to /dev/null: it cannot be started. */
  readonly masked: boolean
}

/**
 * Loads all units of a manager, without templates, which start nothing by themselves, and without aliases.
 * @param more names of instances that are in use
 */
export function unitsIn(files: readonly UnitFile[], reader: Reader, more: readonly string[] = []): LoadedUnit[] {
  const folders = unitFolders(reader)
  const all = new Map(files.map((file) => [file.path, file]))
  const inFolder = byFolder(files)
  const names = new Set([
    ...folders.flatMap((folder) => (inFolder.get(folder) ?? []).map(({ path }) => nameOf(path))),
    // An instance may have only drop-ins.
    ...[...inFolder.keys()]
      .filter((folder) => folder.endsWith(".service.d"))
      .map((folder) => nameOf(folder).slice(0, -2)),
    ...more,
  ])
  return [...names]
    .filter((name) => name.endsWith(".service") && !name.endsWith("@.service"))
    .flatMap((name) => unitOf(name, folders, all, inFolder, reader) ?? [])
}

function unitOf(
  name: string,
  folders: readonly string[],
  all: ReadonlyMap<string, UnitFile>,
  inFolder: ReadonlyMap<string, readonly UnitFile[]>,
  reader: Reader,
): LoadedUnit | undefined {
  const template = templateOf(name)
  const found = findFragment(name, folders, all) ?? (template ? findFragment(template, folders, all) : undefined)
  if (!found) return undefined
  const target = found.target === undefined ? undefined : absolute(found.target, found.path)
  // A link to another unit is an alias, and has the drop-ins of both.
  const alias = target && target !== found.path && folders.includes(folderOf(target)) ? all.get(target) : undefined
  const own = alias && nameOf(alias.path) !== nameOf(found.path) ? alias : found
  if (own !== found) return undefined
  const names = [name, ...aliasesOf(name, folders, inFolder)]
  const drops = dropInsOf([...new Set(names)], folders, inFolder)
  return { name, reader, path: own.path, parts: [own, ...drops], masked: isMask(own) }
}

function aliasesOf(
  real: string,
  folders: readonly string[],
  inFolder: ReadonlyMap<string, readonly UnitFile[]>,
): string[] {
  return folders.flatMap((folder) =>
    (inFolder.get(folder) ?? []).flatMap(({ path, target }) => {
      const to = target === undefined ? undefined : absolute(target, path)
      return to && nameOf(to) === real && folders.includes(folderOf(to)) && nameOf(path) !== real ? [nameOf(path)] : []
    }),
  )
}

function findFragment(
  name: string,
  folders: readonly string[],
  all: ReadonlyMap<string, UnitFile>,
): UnitFile | undefined {
  for (const folder of folders) {
    const file = all.get(`${folder}/${name}`)
    if (file) return file
  }
  return undefined
}

function byFolder(files: readonly UnitFile[]): ReadonlyMap<string, readonly UnitFile[]> {
  const found = new Map<string, UnitFile[]>()
  for (const file of files) {
    const folder = folderOf(file.path)
    const all = found.get(folder)
    if (all) all.push(file)
    else found.set(folder, [file])
  }
  return found
}

/** Returns the unit of a file, and the manager that reads it. */
export function ownerOf(
  { path }: UnitFile,
  readers: readonly Reader[],
): Pick<LoadedUnit, "name" | "reader"> | undefined {
  const folder = folderOf(path)
  const isDropIn = folder.endsWith(".d")
  const outer = isDropIn ? folderOf(folder) : folder
  const reader = readers.find((each) => unitFolders(each).includes(outer))
  return reader && { name: isDropIn ? nameOf(folder).slice(0, -2) : nameOf(path), reader }
}
