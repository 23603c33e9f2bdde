import { afterAll, beforeAll } from "vitest"
import { bound, type Managed, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { type Raw, revealed } from "../../../support/engine/wire.ts"
import { showedNoToken } from "../placement/placements.ts"

export const variable = "OPENCLAW_GATEWAY_TOKEN"

/** A provider with one Token in its second generation, and services of one manager. */
export interface ServiceBench {
  readonly plugin: Plugin
  token(): Managed
  value(): string
  previous(): string
  /** What a process runs with that has the token. */
  words(): string
  service(): Managed
  placement(): Managed
  /** Inputs of a service or a placement, as a program gives them. */
  with(more: Raw): Raw
  /** What was said below a resource's name since it was last asked. */
  told(one: Managed): string[]
  shown(one: Managed): Raw
}

/** @param env of the provider; asked for once the tests begin */
export function serviceBench(env: () => NodeJS.ProcessEnv): ServiceBench {
  let plugin: Plugin
  let token: Managed
  let names = 0
  const heard = new Map<string, number>()
  beforeAll(async () => {
    plugin = await startPlugin(env())
    token = managed(plugin, "Token", "token")
    await token.up({ rotation: 1 })
    await token.up({ rotation: 2 })
  })
  afterAll(async () => {
    await plugin?.stop()
    if (plugin) showedNoToken(plugin)
  })
  const outputs = () => token.state?.outputs ?? {}
  return {
    get plugin() {
      return plugin
    },
    token: () => token,
    value: () => revealed(outputs().value),
    previous: () => revealed(outputs().previous),
    words: () => `generation ${outputs().generation} (${outputs().fingerprint})`,
    service: () => managed(plugin, "Service", `service ${++names}`),
    placement: () => managed(plugin, "Placement", `place ${++names}`),
    with: (more) => ({ ...bound(token), ...more }),
    told({ urn }) {
      const all = plugin.messages.filter((message) => message.urn === urn).map(({ text }) => text)
      const before = heard.get(urn) ?? 0
      heard.set(urn, all.length)
      return all.slice(before)
    },
    shown(one) {
      const { definition, process, runsWith } = one.state?.outputs ?? {}
      return { definition, process: String(process).replace(/ since .*/, ""), runsWith }
    },
  }
}
