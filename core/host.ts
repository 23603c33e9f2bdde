import { containsSecret, describeKind } from "./kind.ts"
import { parseVault } from "./vault.ts"

/** A host that ssh reaches: a name, an address, or an alias of the user's ssh config. */
export interface RemoteHost {
  readonly user?: string
  readonly name: string
  readonly port?: number
}

/** The text of a host, as far as the compiler can check it. */
export type HostText = "local" | `ssh://${string}`

const user = "[A-Za-z0-9_][A-Za-z0-9_.-]*"
const machine = "[A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.]+\\]"
const remote = new RegExp(`^ssh://(?:(${user})@)?(${machine})(?::([1-9]\\d{0,4}))?$`)

/** The syntax of a host, for messages. */
export const hostRule = "local, or ssh://[user@]name[:port]"

/** Parses a host. @returns undefined for `local` and if it is not valid */
export function parseHost(host: string): RemoteHost | undefined {
  const [, user, machine = "", digits] = remote.exec(host) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (machine === "" || (port ?? 0) > 65_535) return undefined
  const name = machine.replace(/^\[|\]$/g, "")
  return { name, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
}

export function checkHost(host: string): string | undefined {
  if (host === "local" || (parseHost(host) && !containsSecret(host))) return undefined
  return `${describeKind(host)} is not a host: allowed is ${hostRule}`
}

/** Checks the host of a place, which may also be a vault's item. */
export function checkPlaceHost(host: string): string | undefined {
  return parseVault(host) ? undefined : checkHost(host)
}

/** Normalizes a host's name, so that equal hosts are equal, as far as known without a connection. */
export function normalizeHost(host: string): string {
  const parsed = parseHost(host)
  if (!parsed) return host
  const { user, name, port = 22 } = parsed
  return `${user === undefined ? "" : `${user}@`}${name.toLowerCase()}:${port}`
}
