import { sameHost } from "../core/host.ts"

/**
 * Hosts that a rotation may pass by when they do not answer (`gatekey:rotation.unreachable`). The Preflight, which every
 * other resource waits for, says so in each run; what is declared on such a host need not repeat it.
 */
const lagging = new Set<string>()

export function letLag(hosts: readonly string[]): void {
  for (const host of hosts) lagging.add(sameHost(host))
}

export function mayLag(host: string): boolean {
  return lagging.has(sameHost(host))
}
