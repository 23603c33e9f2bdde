import { normalizeHost } from "../../core/host.ts"
import type { TrustSetting } from "../../products/trusted-proxy.ts"
import type { GuardAt } from "../gateways/forwarding.ts"

/** The gateways that this run knows to trust a guard of the stack, and how their configs were before. */
export class Trusts {
  readonly #past: { readonly gateway: string; readonly name: string }[] = []
  readonly #before = new Map<string, readonly TrustSetting[]>()
  readonly #guards = new Map<string, GuardAt>()

  /** @param guard the folder of its guard */
  note(host: string, config: string, before: readonly TrustSetting[], guard: string | undefined): void {
    this.#before.set(keyOf(host, config), before)
    if (guard !== undefined) this.#guards.set(keyOf(host, config), { host, folder: guard })
  }

  /** Returns the guard of a gateway. */
  guard(host: string, config: string): GuardAt | undefined {
    return this.#guards.get(keyOf(host, config))
  }

  /** Notes a node that works by its sidecar, and still connects past it. */
  notePast(gateway: string, name: string): void {
    this.#past.push({ gateway, name })
  }

  /** Returns the nodes that connect to a gateway past their sidecars. */
  past(gateway: string | undefined): readonly string[] {
    return this.#past.filter((each) => each.gateway === gateway).map(({ name }) => name)
  }

  /** Returns the settings before the trust; undefined if the gateway has none of this stack. */
  before(host: string, config: string): readonly TrustSetting[] | undefined {
    return this.#before.get(keyOf(host, config))
  }

  /** Returns those that go back with the mode: as long as there is a guard, the gateway pairs nothing by itself. */
  back(host: string, config: string): readonly TrustSetting[] | undefined {
    return this.before(host, config)?.filter(({ key }) => !/^gateway\.nodes(?:\.|$)/.test(key))
  }
}

function keyOf(host: string, config: string): string {
  return `${normalizeHost(host)}|${config}`
}
