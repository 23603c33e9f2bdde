import { expect } from "vitest"
import { Secret } from "../../../core/secret.ts"
import { checkTokenByWebSocket } from "../../../gateways/gateway.ts"
import { describeVerdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { bound, type Managed, managed, type Step } from "../engine/managed.ts"
import { type Plugin, startPlugin } from "../engine/plugin.ts"
import { isSecret, leaks, type Raw, revealed } from "../engine/wire.ts"
import { type Gateway, references } from "../products/gateway.ts"

/** What came of one run. */
interface Ran {
  readonly step: Step | undefined
  readonly told: readonly string[]
  readonly error: string | undefined
}

/** A Token that was adopted from a gateway, and what is bound to it: each run is a process of its own, as the engine's are. */
export interface Rotations {
  preview(rotation: number, more?: Raw): Promise<Ran>
  up(rotation: number, more?: Raw): Promise<Ran>
  /** Of the resource. */
  output(name: string): unknown
  /** The value of a generation. */
  value(generation: number): string
  /** What a right place holds, in words. */
  words(generation: number): string
  /** As if the run had been killed before the engine wrote the resource's new state. */
  forget(): void
}

export function rotations(gateway: Gateway, type: "Flip" | "Handshake", inputs: Raw): Rotations {
  type State = Managed["state"]
  let states: { token: State; one: State; before: State } = { token: undefined, one: undefined, before: undefined }
  const words = new Map<number, string>()
  const adopt = { from: `local|${placeOf(gateway).join("|")}` }

  async function run(rotation: number, more: Raw, work: (token: Managed, one: Managed) => Promise<Step>): Promise<Ran> {
    const plugin = await startPlugin()
    const [token, one] = [managed(plugin, "Token", "token"), managed(plugin, type, "one")]
    token.state = states.token
    one.state = states.one
    try {
      const step = await work(token, one)
      return { step, told: told(plugin, one), error: undefined }
    } catch (error) {
      return { step: undefined, told: told(plugin, one), error: (error as Error).message }
    } finally {
      const { generation, fingerprint } = token.state?.outputs ?? {}
      words.set(Number(generation), `generation ${generation} (${fingerprint})`)
      states = { token: token.state, one: one.state, before: states.one }
      await plugin.stop()
      expect(shown(plugin, token), `rotation ${rotation} ${JSON.stringify(more)}`).toEqual([])
    }
  }

  const self: Rotations = {
    preview: (rotation, more = {}) =>
      run(rotation, more, async (token, one) => {
        await one.refresh()
        const { outputs } = await token.preview({ rotation, adopt })
        return (await one.preview({ ...inputs, ...more, ...bound(token, outputs) })).step
      }),
    up: (rotation, more = {}) =>
      run(rotation, more, async (token, one) => {
        await Promise.all([one.refresh(), token.refresh()])
        await token.up({ rotation, adopt })
        return await one.up({ ...inputs, ...more, ...bound(token) })
      }),
    output: (name) => states.one?.outputs[name],
    value: (generation) => {
      const { kept } = JSON.parse(revealed(states.token?.outputs.generations))
      return kept.find((each: { generation: number }) => each.generation === generation)?.value ?? ""
    },
    words: (generation) => words.get(generation) ?? "",
    forget() {
      states = { ...states, one: states.before }
    },
  }
  return self
}

/** Path and locator of the gateway's own place. */
export function placeOf({ product, secretFile, config, refers }: Gateway): [path: string, locator: string] {
  return product === "openclaw" && refers ? [secretFile, "*"] : [config, "gateway.auth.token"]
}

/** A Flip's inputs for a gateway. */
export function flipOf(gateway: Gateway): Raw {
  const [path, locator] = placeOf(gateway)
  const how = gateway.refers ? "reload" : gateway.product === "clawdbot" ? "restart" : "watch"
  const refers = gateway.refers ? { refers: { path: gateway.config, entries: references(gateway.secretFile) } } : {}
  return { path, locator, port: gateway.port, product: gateway.product, how, ...refers }
}

/** What the gateway says to a token, in words. */
export async function saysTo({ port, product }: Gateway, token: string): Promise<string> {
  const way = { port, product, dial: () => hostOf("local").dial("127.0.0.1", port) }
  return describeVerdict(await checkTokenByWebSocket(way, new Secret(token)))
}

function told(plugin: Plugin, { urn }: Managed): string[] {
  return plugin.messages.filter((message) => message.urn === urn && !message.ephemeral).map(({ text }) => text)
}

/** Where a value of the Token stood in the open. */
function shown({ answers, messages, stdout, stderr }: Plugin, { state }: Managed): string[] {
  const { generations } = state?.outputs ?? {}
  const values = isSecret(generations) ? [...revealed(generations).matchAll(/[0-9a-f]{64}/g)].map(([hex]) => hex) : []
  return leaks([answers, messages, stdout, stderr], values)
}
