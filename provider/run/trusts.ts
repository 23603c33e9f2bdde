import { normalizeHost } from "../../core/host.ts"
import type { TrustSetting } from "../../products/trusted-proxy.ts"

/** The gateways that this run knows to trust a guard of the stack, and how their configs were before. */
export class Trusts {
  readonly #past: { readonly gateway: string; readonly name: string }[] = []
  readonly #before = new Map<string, readonly TrustSetting[]>()

  note(host: string, config: string, before: readonly TrustSetting[]): void {
    this.#before.set(keyOf(host, config), before)
  }

  /** Notes a node that works by its sidecar, and still connects past it. */
  notePast(gateway: string, name: string): void {
    this.#past.push({ gateway, name })
  }

  /** Returns the nodes that connect to a gateway past their sidecars. */
  past(gateway: string | undefined): readonly string[] {
    return this.#past.filter((each) => each.gateway === gateway).map(({ name }) => name)
  }

  /** Returns the settings that go back from the trust; undefined if the gateway has none of this stack. */
  before(host: string, config: string): readonly TrustSetting[] | undefined {
    return this.#before.get(keyOf(host, config))
  }
}

function keyOf(host: string, config: string): string {
  return `${normalizeHost(host)}|${config}`
}
