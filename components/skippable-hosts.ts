import { type HostText, normalizeHost, parseHost } from "../core/host.ts"

/** What a rotation does if hosts do not answer, or if the state is older than the fleet. */
export interface RotationArgs {
  /**
   * Whether a rotation waits for every host: `refuse` starts none while one does not answer; `continue` skips those
   * without a gateway, or only those that are listed. They follow when they answer again. Default: `refuse`.
   */
  unreachable?: "refuse" | "continue" | readonly Exclude<HostText, "local">[]
  /**
   * The highest generation that a state from an earlier backup may override; the token's `rotation` must be above it.
   * Default: none.
   */
  supersede?: number
}

interface HostRef {
  readonly host: string
}

/**
 * Selects the hosts that a rotation may skip, and reports each problem of the list in one line.
 * @param pinned members that cannot be skipped: gateways, which nodes need; and made containers, which need the engine
 */
export function skippableHosts(
  { unreachable = "refuse" }: RotationArgs,
  pinned: readonly HostRef[],
  others: readonly HostRef[],
): { readonly hosts: readonly string[]; readonly problems: readonly string[] } {
  const bound = new Set(pinned.map(({ host }) => normalizeHost(host)))
  const remote = new Map(others.flatMap(({ host }) => (parseHost(host) ? [[normalizeHost(host), host]] : [])))
  const free = new Map([...remote].filter(([id]) => !bound.has(id)))
  if (unreachable === "refuse") return { hosts: [], problems: [] }
  if (unreachable === "continue") return { hosts: [...free.values()], problems: [] }
  const problems = unreachable
    .filter((host) => !free.has(normalizeHost(host)))
    .map((host) =>
      bound.has(normalizeHost(host))
        ? `rotation.unreachable: ${host} has a gateway or a container that gatekey makes, and cannot be behind; expected ${listHosts(free)}`
        : `rotation.unreachable: no node is on ${host}; expected ${listHosts(free)}`,
    )
  return { hosts: unreachable.filter((host) => free.has(normalizeHost(host))), problems }
}

function listHosts(hosts: ReadonlyMap<string, string>): string {
  return hosts.size === 0 ? "no host" : [...hosts.values()].join(", ")
}
