import { normalizeHost } from "../../core/host.ts"

/**
 * Hosts that a rotation may pass by when they do not answer (`gatekey:rotation.unreachable`). The Preflight, which every
 * other resource waits for, says so in each run; what is declared on such a host need not repeat it.
 */
export class Lagging {
  readonly #hosts = new Set<string>()

  letLag(hosts: readonly string[]): void {
    for (const host of hosts) this.#hosts.add(normalizeHost(host))
  }

  mayLag(host: string): boolean {
    return this.#hosts.has(normalizeHost(host))
  }
}
