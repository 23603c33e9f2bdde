import type { FormatName } from "./content.ts"
import { checkPlaceHost } from "./host.ts"
import { containsSecret, describeKind } from "./kind.ts"
import { describeVault } from "./vault.ts"

/** A place: host, file and locator. Its id, which people type and the state contains: `host|path|locator`. */
export interface Place {
  readonly host: string
  readonly path: string
  readonly locator: string
}

export function formatPlaceId({ host, path, locator }: Place): string {
  return `${host}|${path}|${locator}`
}

/** Describes a place for people: a vault's item by its reference, or by the program that reads it. */
export function describePlace(place: Place): string {
  return describeVault(place.host) ?? formatPlaceId(place)
}

/** Parses an id. @returns the place, or the problem of the id */
export function parsePlaceId(id: string): Place | string {
  const [host, path, ...rest] = id.split("|")
  const locator = rest.join("|")
  if (!host || !path || !locator) {
    return `${describeKind(id)} is not host|path|locator, such as local|~/.openclaw/openclaw.json|gateway.auth.token`
  }
  return checkPlaceHost(host) ?? checkPath(path) ?? locatorProblem(locator) ?? { host, path, locator }
}

/** Checks a path: absolute or in the own home, without `..`. */
export function checkPath(path: string): string | undefined {
  const where = describeKind(path)
  if (path.includes("\0")) return `${where} contains a NUL character`
  if (path.includes("|")) return `${where} contains "|", which separates the parts of a place's name`
  if (/^~[^/]/.test(path)) return `${where} is the home of another user; use ~/… or an absolute path`
  if (!/^(~\/|\/)/.test(path)) return `${where} is relative; use ~/… or an absolute path`
  if (path.split("/").includes("..")) return `${where} goes up by ".."; write the path it means`
  if (/\/$/.test(path)) return `${where} is a directory's; name the file`
  if (containsSecret(path)) return `${where} holds what looks like a secret; no part of a path is kept secret`
  return undefined
}

function locatorProblem(locator: string): string | undefined {
  return containsSecret(locator)
    ? `${describeKind(locator)} looks like a secret; a locator names where the token is`
    : undefined
}

/** Finds the format by a file's name. */
export function findFormat({ path, locator }: Pick<Place, "path" | "locator">): FormatName | undefined {
  if (locator === "*") return "file"
  const name = path.slice(path.lastIndexOf("/") + 1)
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? (isProgram(path, locator) ? "shell" : undefined)
}

/** Checks for a shell script without an ending: its locator is `--token`, or it is in a folder of programs. */
function isProgram(path: string, locator: string): boolean {
  return /^(.*\/)?[^./][^./]*$/.test(path) && (locator === "--token" || /\/s?bin\/[^/]+$/.test(path))
}

const byName: readonly (readonly [RegExp, FormatName])[] = [
  [/\.(json|json5|jsonc)$/, "json5"],
  [/\.plist$/, "plist"],
  [/\.(service|conf|socket|timer)$/, "systemd"],
  [/\.systemd\.env$/, "environment-file"],
  [/compose.*\.ya?ml$/, "compose"],
  [/^\.(zshrc|zprofile|zshenv|bashrc|bash_profile|bash_login|profile)$|\.(sh|zsh|bash)$/, "shell"],
  [/^\.env(\..+)?$|\.env$/, "dotenv"],
]
