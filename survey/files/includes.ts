import { posix } from "node:path"
import type { Json } from "../../core/content.ts"
import { shown } from "../../core/escape.ts"
import { isMapping } from "../../core/mapping.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import type { ProductName } from "../../products/product.ts"
import { parsedConfig } from "./settings.ts"

// As the products resolve `$include` (openclaw 2026.9: `resolveConfigIncludes`): a file or a list of files, each found
// from the file that names it; the later of a list overrides the earlier, and keys beside it override them all.

const key = "$include"
/** The products' own depth limit, and our limit of files, counted as often as they are named. */
const deepest = 10
const most = 500

type Looks = ReadonlyMap<string, FileSnapshot>
type Tree = { readonly [key: string]: Json }

/** A config with all its includes. */
export interface Resolved {
  readonly config: Json | undefined
  /** Included files that were not read. */
  readonly wanted: readonly string[]
  /** Why the product rejects it, safe to show. */
  readonly problem?: string
  /** Returns the files and places of a key; the first overrides the others. */
  readonly origins: (...keys: string[]) => readonly Origin[]
}

interface Origin {
  readonly path: string
  readonly locator: string
}

/** A part of a config: its own keys, then its includes. The first part with a key counts. */
interface Part {
  readonly path: string
  readonly at: readonly string[]
  readonly value: Json
}

export function resolvedConfig(path: string, product: ProductName, looks: Looks): Resolved {
  const wanted: string[] = []
  const problems: string[] = []
  const top = posix.dirname(path)
  const read = new Map<string, Json | undefined>()
  let left = most

  const rootOf = (from: string, name: Json, above: readonly string[]): Part[] => {
    const refuse = (why: string): Part[] => {
      problems.push(`it includes ${shown(typeof name === "string" ? name : JSON.stringify(name), 200)}, ${why}`)
      return []
    }
    if (typeof name !== "string") return refuse("which is not a path")
    const full = posix.normalize(posix.resolve(posix.dirname(from), name))
    if (product === "openclaw" && !full.startsWith(`${top}/`)) return refuse("which is outside of its folder")
    if (above.includes(full)) return refuse("which includes itself")
    if (above.length > deepest) return refuse(`more than ${deepest} levels deep`)
    const look = looks.get(full)
    if (!look) {
      wanted.push(full)
      return []
    }
    if (look.kind !== "file") return refuse(look.kind === "absent" ? "which is missing" : `which is ${look.reason}`)
    left -= 1
    if (left < 0) return refuse(`and more than ${most} files in all`)
    if (!read.has(full)) read.set(full, parsedConfig(look.bytes))
    const value = read.get(full)
    return value === undefined ? refuse("which is not JSON5") : parts({ path: full, at: [], value }, [...above, full])
  }

  /** Returns the parts of a value; the first counts. */
  const parts = (part: Part, above: readonly string[]): Part[] => {
    const { value } = part
    if (!isTree(value) || !Object.hasOwn(value, key)) return [part]
    const named = value[key] ?? null
    const included = (Array.isArray(named) ? named : [named]).toReversed()
    const { [key]: _, ...own } = value
    return [{ ...part, value: own }, ...included.flatMap((name) => rootOf(part.path, name, above))]
  }

  const child = ({ path, at, value }: Part, name: string, above: readonly string[]): Part[] =>
    isTree(value) && Object.hasOwn(value, name)
      ? parts({ path, at: [...at, name], value: value[name] ?? null }, [...above, path])
      : []

  const merged = (all: readonly Part[], above: readonly string[]): Json | undefined => {
    const [first] = all
    if (!first || !isTree(first.value)) return first?.value
    const trees = all.filter(({ value }) => isTree(value))
    const names = [...new Set(trees.flatMap(({ value }) => Object.keys(value as Tree)))]
    const entries = names.map(
      (name) =>
        [
          name,
          merged(
            trees.flatMap((part) => child(part, name, above)),
            above,
          ),
        ] as const,
    )
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined))
  }

  const look = looks.get(path)
  const value = look?.kind === "file" ? parsedConfig(look.bytes) : undefined
  const root = value === undefined ? [] : parts({ path, at: [], value }, [path])
  const config = merged(root, [])
  const origins = (...keys: string[]) => {
    left = most
    const found = keys.reduce<readonly Part[]>((all, name) => all.flatMap((part) => child(part, name, [])), root)
    return found
      .filter(({ value }) => !(isTree(value) && Object.keys(value).length === 0))
      .map(({ path, at }) => ({ path, locator: at.join(".") }))
  }
  const [problem] = problems
  return { config, wanted: [...new Set(wanted)], origins, ...(problem ? { problem } : {}) }
}

function isTree(value: Json): value is Tree {
  return isMapping(value)
}
