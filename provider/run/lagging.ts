import { normalizeHost } from "../../core/host.ts"

/**
 * The hosts that a rotation may skip if they do not answer (`gatekey:rotation.unreachable`). The Preflight, which every
 * other resource waits for, notes them in each run.
 */
export class Lagging {
  readonly #hosts = new Set<string>()

  allowLag(hosts: readonly string[]): void {
    for (const host of hosts) this.#hosts.add(normalizeHost(host))
  }

  mayLag(host: string): boolean {
    return this.#hosts.has(normalizeHost(host))
  }
}
