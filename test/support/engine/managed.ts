import { type Plugin, startPlugin } from "./plugin.ts"
import { type Raw, unknown } from "./wire.ts"

/** One resource in the hands of an engine: its state, and what each command does to it. */
export interface Managed {
  readonly type: ManagedType
  readonly name: string
  readonly urn: string
  /** As the engine keeps it; undefined before it is created. */
  state: { id: string; inputs: Raw; outputs: Raw } | undefined
  /** The inputs as `check` completes them. @throws when it refuses them */
  checked(news: Raw): Promise<Raw>
  /** `pulumi preview`: reads, then says what it would do, and what would come of it. */
  preview(news: Raw): Promise<{ step: Step; outputs: Raw }>
  /** `pulumi up`. */
  up(news: Raw): Promise<Step>
  refresh(): Promise<void>
  /** @param within a run that has read what it needs. Default: a run of its own, in which nothing else is read */
  destroy(within?: Plugin): Promise<void>
}

export type Step = "create" | "update" | "replace" | "same"

export type ManagedType =
  | "Token"
  | "TokenSource"
  | "Placement"
  | "Flip"
  | "Handshake"
  | "Service"
  | "Listener"
  | "Containers"
  | "Incarnation"
  | "Pairing"
  | "Preflight"
  | "Reach"
  | "Receipt"
  | "Authority"
  | "Certificate"
  | "ClientKey"
  | "Haproxy"
  | "Access"
  | "TrustedProxy"
  | "ProxyCheck"
  | "VaultRecord"

export function managed(plugin: Plugin, type: ManagedType, name: string): Managed {
  const urn = `urn:pulumi:test::gatekey::gatekey:index:Fleet$gatekey:index:${type}::${name}`

  async function stepFor(news: Raw): Promise<Step> {
    if (!self.state) return "create"
    const { changes, replaces } = await plugin.diff(urn, self.state.id, self.state.outputs, news)
    return changes.length === 0 ? "same" : replaces.length > 0 ? "replace" : "update"
  }

  const self: Managed = {
    type,
    name,
    urn,
    state: undefined,
    async checked(news) {
      const { inputs, failures } = await plugin.check(urn, news)
      if (failures.length === 0) return inputs
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"))
    },
    async preview(news) {
      await self.refresh()
      const inputs = await self.checked(news)
      const step = await stepFor(inputs)
      if (step === "same") return { step, outputs: self.state?.outputs ?? {} }
      if (step !== "update" || !self.state) return { step, outputs: (await plugin.create(urn, inputs, true)).outputs }
      const { id, outputs: olds, inputs: oldInputs } = self.state
      return { step, outputs: await plugin.update(urn, id, { olds, oldInputs, news: inputs }, true) }
    },
    async up(news) {
      await self.refresh()
      const inputs = await self.checked(news)
      const step = await stepFor(inputs)
      if (step === "update" && self.state) {
        const { id, outputs: olds, inputs: oldInputs } = self.state
        self.state = { id, inputs, outputs: await plugin.update(urn, id, { olds, oldInputs, news: inputs }) }
      } else if (step !== "same") {
        const old = self.state
        const { id, outputs } = await plugin.create(urn, inputs)
        self.state = { id, inputs, outputs }
        if (old) await plugin.delete(urn, old.id, old.outputs, old.inputs)
      } else if (self.state) self.state = { ...self.state, inputs }
      return step
    },
    async refresh() {
      if (self.state) self.state = await plugin.read(urn, self.state.id, self.state.inputs, self.state.outputs)
    },
    async destroy(within) {
      if (!self.state) return
      // What an earlier run has declared is not declared in this one.
      const run = within ?? (await startPlugin())
      try {
        await run.delete(urn, self.state.id, self.state.outputs, self.state.inputs)
        if (run !== plugin) plugin.messages.push(...run.messages)
      } finally {
        if (within === undefined) await run.stop()
      }
      self.state = undefined
    },
  }
  return self
}

/** What a Placement or a Service takes from its Token, or from what a preview says will come of it. */
export function bound({ state }: Managed, coming?: Raw): Raw {
  const { generation = unknown, fingerprint = unknown } = coming ?? state?.outputs ?? {}
  return { token: state?.id ?? unknown, generation, fingerprint }
}
