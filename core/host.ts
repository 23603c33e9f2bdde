import { holdsSecret, kindOf } from "./kind.ts"
import { parseVault } from "./vault.ts"

/** A host that ssh reaches: a name, an address, or an alias of the user's ssh config. */
export interface RemoteHost {
  readonly user?: string
  readonly name: string
  readonly port?: number
}

const user = "[A-Za-z0-9_][A-Za-z0-9_.-]*"
const machine = "[A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9A-Fa-f:.]+\\]"
const remote = new RegExp(`^ssh://(?:(${user})@)?(${machine})(?::([1-9]\\d{0,4}))?$`)

/** What may stand for a host, in words. */
export const hostRule = "local, or ssh://[user@]name[:port]"

/** @returns nothing for `local`, and for what is no host */
export function parseHost(host: string): RemoteHost | undefined {
  const [, user, machine = "", digits] = remote.exec(host) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (machine === "" || (port ?? 0) > 65_535) return undefined
  const name = machine.replace(/^\[|\]$/g, "")
  return { name, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
}

export function hostProblem(host: string): string | undefined {
  if (host === "local" || (parseHost(host) && !holdsSecret(host))) return undefined
  return `${kindOf(host)} is not a host: allowed is ${hostRule}`
}

/** The same of a place, which may be a vault's item as well. */
export function placeHostProblem(host: string): string | undefined {
  return parseVault(host) ? undefined : hostProblem(host)
}

/** The same for two spellings of one host, as far as can be told without asking anybody. */
export function sameHost(host: string): string {
  const parsed = parseHost(host)
  if (!parsed) return host
  const { user, name, port = 22 } = parsed
  return `${user === undefined ? "" : `${user}@`}${name.toLowerCase()}:${port}`
}
