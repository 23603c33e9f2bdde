import type { FormatName } from "./content.ts"
import { placeHostProblem } from "./host.ts"
import { holdsSecret, kindOf } from "./kind.ts"
import { describeVault } from "./vault.ts"

/** A place: host + file + locator in it. Its id, which people type and the state keeps: `host|path|locator`. */
export interface Place {
  readonly host: string
  readonly path: string
  readonly locator: string
}

export function placeId({ host, path, locator }: Place): string {
  return `${host}|${path}|${locator}`
}

/** The same for people: a vault's item by its reference, or by the program that reads it. */
export function describePlace(place: Place): string {
  return describeVault(place.host) ?? placeId(place)
}

/** @returns the place, or what is wrong with the id */
export function parsePlaceId(id: string): Place | string {
  const [host, path, ...rest] = id.split("|")
  const locator = rest.join("|")
  if (!host || !path || !locator) {
    return `${kindOf(id)} is not host|path|locator, such as local|~/.openclaw/openclaw.json|gateway.auth.token`
  }
  return placeHostProblem(host) ?? pathProblem(path) ?? locatorProblem(locator) ?? { host, path, locator }
}

/** Only absolute paths and the own home, and no way out of either. */
export function pathProblem(path: string): string | undefined {
  const where = kindOf(path)
  if (path.includes("\0")) return `${where} contains a NUL character`
  if (path.includes("|")) return `${where} contains "|", which separates the parts of a place's name`
  if (/^~[^/]/.test(path)) return `${where} is the home of another user; use ~/… or an absolute path`
  if (!/^(~\/|\/)/.test(path)) return `${where} is relative; use ~/… or an absolute path`
  if (path.split("/").includes("..")) return `${where} goes up by ".."; write the path it means`
  if (/\/$/.test(path)) return `${where} is a directory's; name the file`
  if (holdsSecret(path)) return `${where} holds what looks like a secret; no part of a path is kept secret`
  return undefined
}

function locatorProblem(locator: string): string | undefined {
  return holdsSecret(locator) ? `${kindOf(locator)} looks like a secret; a locator names where the token is` : undefined
}

/** The format that a file's name tells. */
export function formatOf({ path, locator }: Pick<Place, "path" | "locator">): FormatName | undefined {
  if (locator === "*") return "file"
  const name = path.slice(path.lastIndexOf("/") + 1)
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? (isProgram(path, locator) ? "shell" : undefined)
}

/** A program without an ending: what has a `--token` or stands in a folder of programs is a script of a shell. */
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
