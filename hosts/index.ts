import { UserError } from "../core/errors.ts"
import { hostProblem, sameHost } from "../core/host.ts"
import type { Host } from "./host.ts"
import { local } from "./local.ts"
import { sshHost } from "./ssh/ssh.ts"

export { endsWithUs } from "./ssh/control.ts"

const remote = new Map<string, Host>()

/** @param name `local`, or `ssh://[user@]name[:port]`; @throws UserError for what is no host */
export function hostOf(name: string): Host {
  const problem = hostProblem(name)
  if (problem) throw new UserError(problem)
  if (name === "local") return local
  const id = sameHost(name)
  const host = remote.get(id) ?? sshHost(name)
  remote.set(id, host)
  return host
}
