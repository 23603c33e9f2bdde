import { Secret } from "../../core/secret.ts"
import { unitLines } from "../../places/systemd/lines.ts"
import { unitWords, withoutSpecifiers } from "../../places/systemd/words.ts"
import { type Base, collectCopies, textOf, variables, variablesIn } from "./copy.ts"
import type { File } from "./home-snapshot.ts"
import type { PlaceCopy } from "./place-copy.ts"

const directory = /\/environment\.d\/[^/]+\.conf$/
const managers = /\/systemd\/(user|system)\.conf(?:\.d\/[^/]+\.conf)?$/

/** Checks whether systemd's manager passes a file's variables to the services of that scope. */
export function isGivenToServices(path: string, scope: "user" | "system"): boolean {
  const manager = managers.exec(path)?.[1]
  if (manager !== undefined) return manager === scope
  return scope === "user" && (directory.test(path) || path === "/etc/environment")
}

export function isSessionFile(path: string): boolean {
  return directory.test(path) || managers.test(path)
}

/** Returns the rank of a file; the greatest counts. systemd reads /etc/environment as `99-environment.conf`. */
export function sessionRank(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1)
  if (managers.test(path)) return /\.conf\.d\//.test(path) ? `1${name}` : "0"
  return `2${path === "/etc/environment" ? "99-environment.conf" : name}`
}

/** Checks whether the user's own file of the same name masks it. */
export function isMasked(path: string, home: string, files: readonly Pick<File, "path">[]): boolean {
  const end = /\/(?:environment\.d|systemd\/user\.conf\.d)\/[^/]+$/.exec(path)?.[0]
  const own = `${home}/.config${end}`
  return end !== undefined && path !== own && files.some((file) => file.path === own)
}

/** Finds values in `environment.d`; interpolated values are unknown: `${NAME}` is expanded also in quotes. */
export function environmentDirectory(base: Base, bytes: Uint8Array): PlaceCopy[] {
  return variablesIn(base, bytes, "environment-file").flatMap((copy): PlaceCopy[] => {
    if (copy.held.kind !== "value") return [copy]
    const text = copy.held.value.reveal()
    if (!/\$[A-Za-z_{$]/.test(text)) return [copy]
    const { format: _, ...own } = copy
    const fallback = /^\$\{\w+:-([^{}$]+)\}$/.exec(text)?.[1]
    const fallen: PlaceCopy[] =
      fallback === undefined
        ? []
        : [{ ...own, locator: `fallback of ${copy.locator}`, held: { kind: "value", value: new Secret(fallback) } }]
    return [{ ...own, held: { kind: "reference" } }, ...fallen]
  })
}

/** Finds values in a manager's `DefaultEnvironment=`, and in `ManagerEnvironment=`, which a user's manager passes on. */
export function managerConfiguration(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const text = textOf(bytes)
  const keys = base.path.includes("/user.conf") ? ["DefaultEnvironment", "ManagerEnvironment"] : ["DefaultEnvironment"]
  return collectCopies(
    base,
    ...keys.map((key) => () => {
      const all = unitLines(text).filter((line) => line.section === "Manager" && line.key === key)
      const counting = all.slice(all.findLastIndex((line) => line.from >= line.to) + 1)
      const words = counting.flatMap((line) => unitWords(text, line, true)).reverse()
      return variables.flatMap(([product, variable]) =>
        words
          .filter((word) => word.text.startsWith(`${variable}=`))
          .map((word, at): PlaceCopy => {
            const value = withoutSpecifiers(word.text.slice(variable.length + 1))
            const held = value === undefined ? { kind: "reference" } : { kind: "value", value: new Secret(value) }
            const shadowed = at > 0 ? { shadowed: true as const } : {}
            return { ...base, product, locator: variable, held, ...shadowed } as PlaceCopy
          }),
      )
    }),
  )
}

/**
 * Finds values that PAM sets for a login: a name may follow `export`, and a value `DEFAULT=` or `OVERRIDE=`, of which the
 * latter counts.
 */
export function loginEnvironment(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const text = Buffer.from(bytes).toString("latin1")
  const plain = text
    .replaceAll(/^[ \t]*export[ \t]+/gm, "")
    .replaceAll(/^([ \t]*\w+)[ \t]*\\\n/gm, "$1 ")
    .replaceAll(/^([ \t]*\w+)[ \t]+DEFAULT=("[^"\n]*"|[^\s"]*)(?:[ \t]|\\\n)+OVERRIDE=/gm, "$1=$2\n$1=")
    .replaceAll(/^([ \t]*\w+)[ \t]+(?:DEFAULT|OVERRIDE)=/gm, "$1=")
  const found = variablesIn(base, Buffer.from(plain, "latin1"), "environment-file")
  if (plain === text) return found
  return found.map(({ format: _, ...copy }) => copy)
}
