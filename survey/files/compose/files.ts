import { posix } from "node:path"
import { PlaceError } from "../../../core/errors.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import type { Yaml } from "../../../places/compose/yaml-document.ts"
import { interpolatedValues } from "../../../places/dotenv/interpolated.ts"
import type { File, HomeSnapshot } from "../home-snapshot.ts"
import { composeText, documentsIn } from "./documents.ts"

export type Looks = ReadonlyMap<string, FileSnapshot>

/** A Compose file with the `.env` files that interpolate it: the one beside it, and that of the project that names it. */
export interface ComposeFile {
  readonly file: File
  readonly documents: readonly Yaml[]
  readonly folder: string
  readonly known: (name: string) => string | undefined
  /** The `.env` files that are there; the first that sets a variable counts. */
  readonly dotenvs: ReadonlyMap<string, ReadonlyMap<string, string>>
}

export function composeFilesIn({ files }: Pick<HomeSnapshot, "files">, looks: Looks): ComposeFile[] {
  return files.flatMap((file): ComposeFile[] => {
    const documents = file.kind === "compose environment" ? documentsAt(file.path, looks) : []
    if (documents.length === 0) return []
    const folder = posix.dirname(file.path)
    const folders = [...new Set([folder, ...(file.project ? [posix.dirname(file.project)] : [])])]
    const dotenvs = new Map(
      folders
        .map((each) => posix.join(each, ".env"))
        .flatMap((path) => {
          const values = valuesAt(path, looks)
          return values ? [[path, values] as const] : []
        }),
    )
    return [{ file, documents, folder, dotenvs, known: knownIn([...dotenvs.values()]) }]
  })
}

/** A limit in characters: more than a token or a path has. */
const longest = 4096

export function knownIn(dotenvs: readonly ReadonlyMap<string, string>[]): (name: string) => string | undefined {
  return (name) => {
    const value = dotenvs.find((each) => each.has(name))?.get(name)
    return value === undefined || value.length > longest ? undefined : value
  }
}

const parsed = new WeakMap<Uint8Array, readonly Yaml[]>()
const read = new WeakMap<Uint8Array, ReadonlyMap<string, string>>()

/** Parses the file; empty if it cannot be parsed, which its copies report. */
function documentsAt(path: string, looks: Looks): readonly Yaml[] {
  return (
    once(parsed, path, looks, (bytes) => {
      try {
        return documentsIn(composeText(bytes))
      } catch (error) {
        if (error instanceof PlaceError) return []
        throw error
      }
    }) ?? []
  )
}

export function valuesAt(path: string, looks: Looks): ReadonlyMap<string, string> | undefined {
  return once(read, path, looks, interpolatedValues)
}

function once<T>(
  made: WeakMap<Uint8Array, T>,
  path: string,
  looks: Looks,
  make: (bytes: Uint8Array) => T,
): T | undefined {
  const look = looks.get(path)
  if (look?.kind !== "file") return undefined
  const known = made.get(look.bytes) ?? make(look.bytes)
  made.set(look.bytes, known)
  return known
}
