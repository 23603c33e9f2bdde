import { posix } from "node:path"
import { expandHome } from "../../../core/home.ts"
import { position } from "../../../places/common/text.ts"
import type { Yaml } from "../../../places/compose/yaml-document.ts"
import type { File, HomeSnapshot } from "../home-snapshot.ts"
import { expand, namesIn } from "./expand.ts"
import { type ComposeFile, composeFilesIn, knownIn, type Looks, valuesAt } from "./files.ts"
import { type Link, linksIn } from "./links.ts"

/** A file that a Compose file names; `why`: the reason that it is not read. */
interface ComposeLink {
  readonly from: File
  /** Such as `services.gw.env_file (line 4)`. */
  readonly by: string
  readonly path?: string
  readonly as: Link["as"]
  readonly why?: string
}

/** Lists the files that Compose files name, and those in `COMPOSE_FILE` of a `.env`. */
export function composeLinksIn(snapshot: Pick<HomeSnapshot, "files" | "home" | "real">, looks: Looks): ComposeLink[] {
  const composed = composeFilesIn(snapshot, looks).flatMap((each) =>
    each.documents.flatMap((yaml) => linksIn(yaml).map((link) => resolveLink(snapshot, each, yaml, link))),
  )
  const listed = snapshot.files.flatMap((file): ComposeLink[] => {
    const values =
      file.kind === "compose dotenv" && file.path.endsWith("/.env") ? valuesAt(file.path, looks) : undefined
    const known = knownIn(values ? [values] : [])
    const paths = (known("COMPOSE_FILE") ?? "").split(known("COMPOSE_PATH_SEPARATOR") || ":")
    return paths
      .filter((path) => path !== "")
      .map((path) => ({
        ...resolvePath(snapshot, posix.dirname(file.path), path),
        from: file,
        by: "COMPOSE_FILE",
        as: "compose",
      }))
  })
  return [...composed, ...listed]
}

const kinds = {
  compose: "compose environment",
  variables: "compose dotenv",
  "raw variables": "compose dotenv",
  secret: "compose secret",
} as const

/** Lists the named files that were not read yet, with their kinds. */
export function composeFilesNamed(
  snapshot: HomeSnapshot,
  looks: Looks,
): ReadonlyMap<string, Pick<File, "kind" | "project" | "isRaw">> {
  const found = new Map<string, Pick<File, "kind" | "project" | "isRaw">>()
  for (const { path, as, from } of composeLinksIn(snapshot, looks)) {
    if (path === undefined || looks.has(path) || found.has(path)) continue
    const project = from.project ?? from.path
    found.set(path, { kind: kinds[as], project, ...(as === "raw variables" ? { isRaw: true } : {}) })
    // The `.env` that interpolates the named file.
    const beside = posix.join(posix.dirname(path), ".env")
    if (as === "compose" && !looks.has(beside) && !found.has(beside))
      found.set(beside, { kind: "compose dotenv", project })
  }
  return found
}

function resolveLink(
  snapshot: Pick<HomeSnapshot, "home" | "real">,
  { file, folder, known }: ComposeFile,
  yaml: Yaml,
  { path, as, by, at }: Link,
): ComposeLink {
  const from = { from: file, as, by: `${by} (${position(yaml.text, at).replace(/,.*/, "")})` }
  const unset = namesIn(path).some((name) => known(name) === undefined)
  const full = expand(path, known)
  // The shell's variables are unknown, but the fallback is likely.
  if (unset && !/:?-/.test(path)) return { ...from, why: "names a file by a variable that no .env beside it sets" }
  return { ...from, ...resolvePath(snapshot, folder, full) }
}

function resolvePath({ home, real }: Pick<HomeSnapshot, "home" | "real">, folder: string, path: string) {
  if (/^(https?|git|ssh|oci):|^git@/.test(path)) return { why: "names what is on another machine" }
  const full = posix.resolve(folder, expandHome(path, home))
  const own = full.startsWith(`${real}/`) ? home + full.slice(real.length) : full
  return own.startsWith(`${home}/`) ? { path: own } : { why: "names a file outside of this home" }
}
