import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import messages from "@pulumi/pulumi/proto/provider_pb.js"
import { ask, type Plugin, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import { rawIn } from "../support/hostile/escapes.ts"
import { mutateJson } from "./mutate.ts"
import { createRandom, type Random } from "./random.ts"
import { type Schema, sampleOf } from "./schema-samples.ts"

export interface Calls {
  readonly calls: number
  /** Calls that were answered by a refusal. */
  readonly refused: number
  readonly faults: readonly string[]
}

const mostFaults = 10
const canary = "Xq0f1e2d3c4b5a69788796a5b4c3d2e1f0"

/** Calls the provider over gRPC with mutations of every resource's inputs, as the engine does: check first, then the others. */
export async function callProvider(count: number, seed: number): Promise<Calls> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-fuzz-"))
  const home = join(folder, "home")
  mkdirSync(home, { mode: 0o700 })
  writeFileSync(join(folder, "x"), `OPENCLAW_GATEWAY_TOKEN=${canary}\n`, { mode: 0o600 })
  // No program of this machine's services answers, and no ssh connects anywhere.
  const environment = { HOME: home, GATEKEY_SSH_TIMEOUT: "1s", GATEKEY_SSH_CONFIG: "/dev/null" }
  const plugin = await startPlugin(environment)
  const faults: string[] = []
  const random = createRandom(seed)
  const done = { calls: 0, refused: 0 }
  try {
    const answer = await ask<messages.GetSchemaResponse>((ended) =>
      plugin.client.getSchema(new messages.GetSchemaRequest(), ended),
    )
    const schema: Schema = JSON.parse(answer.getSchema())
    const types = Object.keys(schema.resources)
    const samples = new Map(types.map((type) => [type, sampleOf(schema, type, folder)]))
    const alive = () => plugin.process.exitCode === null && plugin.process.signalCode === null
    const call = async (what: string, work: () => Promise<unknown>): Promise<unknown> => {
      done.calls++
      try {
        const result = await work()
        return result
      } catch (error) {
        done.refused++
        const message = (error as Error).message
        const [raw] = rawIn(message.replaceAll("\n", ""))
        const reason = /^gatekey failed|No connection established|Cancelled on client/.test(message)
          ? message
          : raw !== undefined
            ? `control character ${raw}`
            : message.includes(canary)
              ? "the error has a token"
              : undefined
        if (reason !== undefined) faults.push(`${what}: ${reason.split("\n").slice(0, 3).join(" ").slice(0, 400)}`)
        return undefined
      }
    }
    while (done.calls < count && faults.length < mostFaults && alive()) {
      await callOnce(plugin, random.pick(types), samples, random, call)
    }
    if (!alive()) faults.push(`the provider ended: ${plugin.stderr.slice(-3).join(" ")}`)
    if (plugin.stdout.length > 1) faults.push("the provider printed to its standard output")
    return { ...done, faults }
  } finally {
    await plugin.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function callOnce(
  plugin: Plugin,
  type: string,
  samples: ReadonlyMap<string, Raw>,
  random: Random,
  call: (what: string, work: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const urn = `urn:pulumi:fuzz::gatekey::${type}::x${random.below(50)}`
  const sample = JSON.stringify(samples.get(type) ?? {})
  const news: Raw = Object(JSON.parse(random.below(10) === 0 ? sample : mutateJson(sample, random)))
  if (Array.isArray(news)) return
  const checked = (await call(`check ${type}`, () => plugin.check(urn, news))) as
    | { inputs: Raw; failures: readonly unknown[] }
    | undefined
  if (!checked || checked.failures.length > 0) return
  const { inputs } = checked
  // What reads this machine is only tried with what check has accepted, and changes nothing.
  if (!/:(?:Token|Placement|Flip|Authority|Receipt|Handshake|VaultSource|TokenSource)$/.test(type)) return
  const made = (await call(`create ${type} in a preview`, () => plugin.create(urn, inputs, true))) as
    | { outputs: Raw }
    | undefined
  // The outputs of a preview are not all known yet, but are of the right form.
  if (made && type !== "gatekey:index:Authority")
    await call(`diff ${type}`, () => plugin.diff(urn, "x", made.outputs, inputs))
}
