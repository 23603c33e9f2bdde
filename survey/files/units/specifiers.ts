import { shown } from "../../../core/escape.ts"

/** The manager that reads a unit, which decides its specifiers. */
export interface Reader {
  readonly scope: "user" | "system"
  /** The manager's home: the user's, or root's for the machine's. */
  readonly home: string
  readonly uid: number
  /** Undefined if the home belongs to another user than the one that surveys it. */
  readonly user?: string
  /** The runtime folder of a user's manager: `/run/user/UID`. */
  readonly runtime: string
}

export type Expanded = { readonly text: string } | { readonly unknown: string }

/** Expands the specifiers; those that depend on the machine, the boot or systemd's version are unknown. */
export function expandSpecifiers(text: string, unit: string, reader: Reader): Expanded {
  const known = specifiers(unit, reader)
  let unknown: string | undefined
  const made = text.replace(/%(.)/gs, (all, letter: string) => {
    const value = letter === "%" ? "%" : known[letter]
    // Some versions keep an invalid specifier, others drop the whole setting.
    if (value === undefined) unknown ??= `what %${shown(letter)} stands for in ${shown(unit)} is not known here`
    return value ?? all
  })
  return unknown === undefined ? { text: made } : { unknown }
}

function specifiers(
  unit: string,
  { scope, home, uid, user, runtime }: Reader,
): Readonly<Record<string, string | undefined>> {
  const name = unit.replace(/\.[^.]*$/, "")
  const at = name.indexOf("@")
  const prefix = at < 0 ? name : name.slice(0, at)
  const instance = at < 0 ? "" : name.slice(at + 1)
  const isUser = scope === "user"
  const last = prefix.slice(prefix.lastIndexOf("-") + 1)
  return {
    ...{ n: unit, N: name, p: prefix, i: instance, j: last },
    ...{ P: unescaped(prefix), I: unescaped(instance), J: unescaped(last) },
    ...{ h: isUser ? home : "/root", u: isUser ? user : "root", U: isUser ? String(uid) : "0" },
    ...{ E: isUser ? `${home}/.config` : "/etc", C: isUser ? `${home}/.cache` : "/var/cache" },
    ...{ t: isUser ? runtime : "/run", T: "/tmp", V: "/var/tmp" },
    ...(isUser ? {} : { S: "/var/lib", L: "/var/log" }),
  }
}

/** Unescapes as `systemd-escape --unescape`; undefined if the result is not UTF-8. */
function unescaped(text: string): string | undefined {
  const bytes = text.replaceAll("-", "/").replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => `%${hex}`)
  if (text.includes("%")) return undefined
  try {
    return text.includes("\\") ? decodeURIComponent(bytes) : bytes
  } catch {
    return undefined
  }
}
