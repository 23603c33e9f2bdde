import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { schema } from "../../provider/schema.ts"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import { folder } from "../support/hosts/machine.ts"
import { strong } from "../support/tokens.ts"
import { lay } from "../support/tree.ts"

let plugin: Plugin
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

/** What a token looks like that somebody pastes: as gatekey makes it, and of more than one kind of letter. */
const hex = strong()
const mixed = `Xq${strong()}`
const forms = (canary: string): readonly unknown[] => [
  canary,
  `secret-token-${canary}`,
  `https://studio.example/?token=${canary}`,
  `ws://studio.example:18789/#${canary}`,
  `local|~/x|${canary}`,
  [canary],
  ["openclaw", "--token", canary],
  { [canary]: canary },
  { more: { command: ["x", `--token=${canary}`] } },
]

/** Secrets, which is where a token belongs. */
const secrets = ["userHeader", "given", "adopt"]
/** What digests are named by, to which a token of hex digits may be equal. */
const digests = ["tlsFingerprint", "device", "declared", "digest"]

const bound = { token: "token-1", generation: 1, fingerprint: "fp:00000000" }
const at = { host: "local", port: 18789, product: "openclaw" }
/** Inputs that are right, of every type. */
const right: Readonly<Record<string, Raw>> = {
  Token: { rotation: 1 },
  Preflight: { rotation: 1, hosts: {} },
  Receipt: { stack: "dev", generation: 1, markers: {} },
  Reach: { hosts: [] },
  Placement: { path: "~/a.json", locator: "gateway.auth.token", ...bound },
  Flip: { path: "~/b.json", locator: "gateway.auth.token", ...at, ...bound },
  Handshake: { ...at, ...bound },
  Service: { manager: "systemd", name: "openclaw-node.service", variable: "OPENCLAW_GATEWAY_TOKEN", ...bound },
  Listener: { ...at, manager: "systemd", name: "openclaw-gateway.service" },
  Containers: { ports: [18789] },
  Incarnation: { name: "gw", variable: "OPENCLAW_GATEWAY_TOKEN", ...bound },
  Pairing: { ...at, node: "tw", ...bound },
  VaultSource: { host: "op://Home/gateway?role=source", path: "/token" },
  TokenSource: { given: hex },
  VaultRecord: { host: "op://Home/gateway", path: "/token", created: "2026-01-01", ...bound },
  Authority: { domain: "home" },
  Certificate: { host: "local", path: "~/tls/tw.pem", authority: "authority-1", name: "tw" },
  Access: {
    ...{ host: "local", port: 18801, name: "tw", gateway: "studio", authority: "authority-1" },
    guard: { address: "studio.local", port: 18443, name: "studio.local" },
  },
  TrustedProxy: {
    ...{ host: "local", config: "~/.openclaw/openclaw.json", port: 18789, authority: "authority-1" },
    identities: [{ identity: "node:tw" }],
  },
  ProxyCheck: {
    ...{ host: "local", address: "studio.local", port: 18443, name: "studio.local", proxy: "nginx" },
    ...{ authority: "authority-1", gateway: "studio", clients: [{ name: "tw", generation: 1, role: "node" }] },
  },
  ClientKey: { host: "local", folder: "~/laptop", authority: "authority-1", name: "laptop", audience: "studio" },
  Haproxy: {
    host: "local",
    folder: "~/sidecar",
    authority: "authority-1",
    digest: "0".repeat(64),
    sidecar: { port: 18801, guard: "studio.local", guardPort: 18443, guardName: "studio.local" },
  },
}

const types = Object.entries(schema.resources).map(([name, { inputProperties }]) => ({
  type: name.split(":").at(-1) ?? "",
  inputs: Object.keys(inputProperties),
}))
const urnOf = (type: string) => `urn:pulumi:test::gatekey::gatekey:index:Fleet$gatekey:index:${type}::x`

/** All that the provider has said beyond its answers. */
function said(): string {
  return [JSON.stringify(plugin.messages), ...plugin.stdout, ...plugin.stderr].join("\n")
}

describe("a token that is pasted into the wrong input", () => {
  test.each(types)("of a $type is refused there, and is in no error and no message", async ({ type, inputs }) => {
    const base = right[type]
    expect(base && (await plugin.check(urnOf(type), base)).failures).toEqual([])
    for (const canary of [hex, mixed])
      for (const input of inputs.filter((each) => !secrets.includes(each)))
        for (const value of forms(canary)) {
          const { failures } = await plugin.check(urnOf(type), { ...base, [input]: value } as Raw)
          expect([input, JSON.stringify(failures)]).toEqual([input, expect.not.stringContaining(canary)])
          if (canary === mixed || !digests.includes(input))
            expect([input, value, failures.map(({ property }) => property)]).toEqual([
              input,
              value,
              expect.arrayContaining([input]),
            ])
        }
    const { failures } = await plugin.check(urnOf(type), { ...base, [mixed]: hex })
    expect(failures).toHaveLength(1)
    for (const canary of [hex, mixed]) expect(JSON.stringify(failures) + said()).not.toContain(canary)
  })

  test.each(types)("of the id that a $type is imported by is in no error", async ({ type }) => {
    for (const id of [mixed, `local|/x/${mixed}.json|a`, `local|/x/a.json|${mixed}`, `ssh://${mixed}|/x/a.json|a`]) {
      const error = await plugin.read(urnOf(type), id).then(JSON.stringify, ({ message }) => message)
      expect([id, error]).toEqual([id, expect.not.stringContaining(mixed)])
    }
    expect(said()).not.toContain(mixed)
  })

  test("of a reference in a file that is imported is in no answer", async () => {
    const home = folder()
    const reference = { source: "env", provider: "default", id: mixed }
    lay(home, { "a.json": JSON.stringify({ gateway: { auth: { token: reference } } }) })
    const id = `local|${home}/a.json|gateway.auth.token`
    const error = await plugin.read(urnOf("Placement"), id).then(JSON.stringify, ({ message }) => message)
    expect(error).toContain("its reference contains what looks like a secret")
    expect(error).not.toContain(mixed)
  })
})
