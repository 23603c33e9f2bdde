import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect } from "vitest"
import { bound, type Managed, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { isSecret, leaks, type Raw, revealed, secretsIn } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"

export const key = "gateway.auth.token"

/** A provider with one Token, in its second generation, for all tests of a file. */
export interface Bench {
  readonly plugin: Plugin
  token(): Managed
  /** Of the Token. */
  outputs(): Raw
  value(): string
  /** What a right place holds. */
  words(): string
  placement(): Managed
  /** Inputs of a placement, as a program gives them. */
  at(path: string, more?: Raw): Raw
  /** What was said below a resource's name. */
  told(one: Managed): string[]
}

export function bench(): Bench {
  let plugin: Plugin
  let token: Managed
  let names = 0
  beforeAll(async () => {
    plugin = await startPlugin()
    token = managed(plugin, "Token", "token")
    await token.up({ rotation: 1 })
    await token.up({ rotation: 2 })
  })
  afterAll(async () => {
    await plugin.stop()
    showedNoToken(plugin)
  })
  const outputs = () => token.state?.outputs ?? {}
  return {
    get plugin() {
      return plugin
    },
    token: () => token,
    outputs,
    value: () => revealed(outputs().value),
    words: () => `generation ${outputs().generation} (${outputs().fingerprint})`,
    placement: () => managed(plugin, "Placement", `place ${++names}`),
    at: (path, more = {}) => ({ path, locator: key, ...bound(token), ...more }),
    told: ({ urn }) => plugin.messages.filter((message) => message.urn === urn).map(({ text }) => text),
  }
}

/** A config with a value in it, closed to others. */
export function config(held?: string, more = ""): string {
  const path = join(folder(), "openclaw.json")
  writeFileSync(path, held === undefined ? "{}\n" : holding(held, more))
  chmodSync(path, 0o600)
  return path
}

export function holding(held: string, more = ""): string {
  return `{\n  // kept\n  gateway: { auth: { token: '${held}' } },${more}\n}\n`
}

export function heldBy(path: string): string | undefined {
  return /token: ['"]([^'"]*)['"]/.exec(readFileSync(path, "utf8"))?.[1]
}

/**
 * No token, key or verifier that was ever in a secret stood in the open, in any answer or message; and no input of a
 * placement or service, which the engine logs without a veil, held one at all.
 */
export function showedNoToken({ answers, inputs, messages, stdout, stderr }: Plugin): void {
  const known = new Set<string>()
  JSON.stringify(answers, (_, entry) => {
    if (isSecret(entry)) for (const [hex] of JSON.stringify(entry.value).matchAll(/[0-9a-f]{64}/g)) known.add(hex)
    return entry
  })
  expect(known.size).toBeGreaterThan(3)
  expect(leaks([answers, messages, stdout, stderr], [...known])).toEqual([])
  const bound = inputs.filter(({ urn }) => /:(Placement|Service)::/.test(urn))
  expect(secretsIn(bound)).toEqual([])
  expect([...known].filter((hex) => JSON.stringify(bound).includes(hex))).toEqual([])
}
