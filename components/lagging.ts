import { parseHost, sameHost } from "../core/host.ts"

export interface RotationArgs {
  /**
   * Whether a rotation waits for every host: `refuse` starts none while one does not answer; `continue` skips those
   * without a gateway, or only those that are listed. They follow when they answer again. Default: `refuse`.
   */
  unreachable?: "refuse" | "continue" | readonly string[]
  /**
   * The highest generation that a state from an earlier backup may override; the token's `rotation` must be above it.
   * Default: none.
   */
  supersede?: number
}

interface On {
  readonly host: string
}

/**
 * Which hosts a rotation may pass by, and what is wrong with the list, a line each.
 * @param pinned who has to follow: gateways, without which no node can; and what Docker makes, which needs its engine
 */
export function laggingHosts(
  { unreachable = "refuse" }: RotationArgs,
  pinned: readonly On[],
  others: readonly On[],
): { readonly hosts: readonly string[]; readonly problems: readonly string[] } {
  const bound = new Set(pinned.map(({ host }) => sameHost(host)))
  const remote = new Map(others.flatMap(({ host }) => (parseHost(host) ? [[sameHost(host), host]] : [])))
  const free = new Map([...remote].filter(([id]) => !bound.has(id)))
  if (unreachable === "refuse") return { hosts: [], problems: [] }
  if (unreachable === "continue") return { hosts: [...free.values()], problems: [] }
  const problems = unreachable
    .filter((host) => !free.has(sameHost(host)))
    .map((host) =>
      bound.has(sameHost(host))
        ? `rotation.unreachable: ${host} has a gateway or a container that gatekey makes, and cannot be behind; expected ${listed(free)}`
        : `rotation.unreachable: no node is on ${host}; expected ${listed(free)}`,
    )
  return { hosts: unreachable.filter((host) => free.has(sameHost(host))), problems }
}

function listed(hosts: ReadonlyMap<string, string>): string {
  return hosts.size === 0 ? "no host" : [...hosts.values()].join(", ")
}
