import { dropInFolders } from "./folders.ts"
import { nameOf } from "./paths.ts"
import type { UnitFile } from "./unit-file.ts"

/** Returns the drop-ins, sorted by name: of one name the first counts, and an empty one or a link to /dev/null masks it. */
export function dropInsOf(
  names: readonly string[],
  folders: readonly string[],
  inFolder: ReadonlyMap<string, readonly UnitFile[]>,
): UnitFile[] {
  const found = new Map<string, UnitFile>()
  const places = [
    ...names.flatMap((name) => folders.flatMap((folder) => dropInFolders(name).map((each) => `${folder}/${each}`))),
    ...folders.map((folder) => `${folder}/service.d`),
  ]
  for (const place of places) {
    for (const file of inFolder.get(place) ?? []) {
      const name = nameOf(file.path)
      if (/^[^.].*\.conf$/s.test(name) && !found.has(name)) found.set(name, file)
    }
  }
  return [...found]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .flatMap(([, file]) => (isMask(file) ? [] : [file]))
}

export function isMask({ text, target }: UnitFile): boolean {
  return target === "/dev/null" || text === ""
}
