import { UserError } from "../core/errors.ts"
import { checkHost, normalizeHost } from "../core/host.ts"
import { parseVault } from "../core/vault.ts"
import type { Host } from "./host.ts"
import { local } from "./local.ts"
import { openSshHost } from "./ssh/ssh.ts"
import { openVaultHost } from "./vault.ts"

export { endConnectionsWithProcess as endsWithUs } from "./ssh/control.ts"

const cache = new Map<string, Host>()

/**
 * Opens a host. @param name `local`, `ssh://[user@]name[:port]`, or the name of a vault's item (core/vault.ts), whose places are
 * read, written and restored like any other
 * @throws UserError if the name is not valid
 */
export function hostOf(name: string): Host {
  if (parseVault(name)) return cached(name, () => openVaultHost(name))
  const problem = checkHost(name)
  if (problem) throw new UserError(problem)
  if (name === "local") return local
  return cached(normalizeHost(name), () => openSshHost(name))
}

function cached(id: string, make: () => Host): Host {
  const host = cache.get(id) ?? make()
  cache.set(id, host)
  return host
}
