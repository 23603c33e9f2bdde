import { shown } from "../core/escape.ts"
import { parseHost } from "../core/host.ts"
import { strictlyMasked } from "../core/mask.ts"
import type { Copy } from "./copies.ts"
import type { Member } from "./members.ts"
import type { Sight } from "./sight.ts"

// Whoever names a file, a unit or a machine chooses what is told here: all of it is told as it may be shown.

/** A path with `~` for the home, as it may be shown. */
export function homely(path: string, home: string): string {
  return shown(homePath(path, home), 300)
}

/** The same, byte for byte. */
export function homePath(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

/** A place, as people name it: `~/.openclaw/openclaw.json gateway.auth.token`. */
export function placeName({ path, locator }: Copy, home: string): string {
  return locator === "*" ? homely(path, home) : `${homely(path, home)} ${shown(locator)}`
}

/** `studio` of `ssh://me@studio.local`; the machine's own name for `local`. */
export function hostName(host: string, { name }: Sight): string {
  return shown(parseHost(host)?.name ?? (name.split(".")[0] || "this machine"))
}

/** What starts it: `openclaw-node.service`, `ai.openclaw.node`; `openclaw node` where nothing does. */
export function serviceName({ definitions, process, product, role }: Member): string {
  return shown(process?.service?.name ?? definitions[0]?.name ?? `${product} ${role}`)
}

/** Where it stands, in a sentence: `its LaunchAgent's environment`, `the drop-in ~/…/10-token.conf`. */
export function sourceWords(copy: Copy, home: string): string {
  const path = homely(copy.path, home)
  switch (copy.kind) {
    case "launch agent environment":
      return `its LaunchAgent's environment (${path})`
    case "launch agent arguments":
      return `--token in its LaunchAgent (${path})`
    case "unit arguments":
      return `--token in its unit (${path})`
    case "unit environment":
      return `the environment of its unit (${path})`
    case "unit drop-in":
      return `the environment in its unit's drop-in (${path})`
    case "unit env file":
    case "launch agent env file":
      return `the environment file ${path}`
    case "profile":
      return `the environment of a shell (${path})`
    default:
      return path
  }
}

/** A variable that a place refers to; what does not look like one may be a token that begins with `$`. */
export function variableWords(name: string): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? strictlyMasked(name) : "a variable"
}
