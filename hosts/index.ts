import { UserError } from "../core/errors.ts"
import { hostProblem, sameHost } from "../core/host.ts"
import { parseVault } from "../core/vault.ts"
import type { Host } from "./host.ts"
import { local } from "./local.ts"
import { sshHost } from "./ssh/ssh.ts"
import { vaultHost } from "./vault.ts"

export { endsWithUs } from "./ssh/control.ts"

const far = new Map<string, Host>()

/**
 * @param name `local`, `ssh://[user@]name[:port]`, or what names a vault's item (core/vault.ts): a place in it is looked
 * at, written and put back as any other
 * @throws UserError for what is no host
 */
export function hostOf(name: string): Host {
  if (parseVault(name)) return kept(name, () => vaultHost(name))
  const problem = hostProblem(name)
  if (problem) throw new UserError(problem)
  if (name === "local") return local
  return kept(sameHost(name), () => sshHost(name))
}

function kept(id: string, make: () => Host): Host {
  const host = far.get(id) ?? make()
  far.set(id, host)
  return host
}
