import { describe, expect, test } from "vitest"
import { Fleet, type FleetArgs } from "../../components/index.ts"
import { named, type Recorded, record } from "./record.ts"

const fleet = (args: Partial<FleetArgs>) =>
  record(() => new Fleet("fleet", { token: { rotation: 1 }, gateways: {}, ...args }))

const mac = { host: "local", manager: "launchd", predecessor: false } as const
const far = { host: "ssh://me@tw.local", manager: "systemd", predecessor: false } as const

function listeners(recorded: readonly Recorded[]): string[] {
  return recorded.filter(({ type }) => type === "gatekey:index:Listener").map(({ name }) => name)
}

describe("a gateway's port", () => {
  test.each([
    [mac, { manager: "launchd", name: "ai.openclaw.gateway", port: 18789 }],
    [
      { ...mac, product: "clawdbot", port: 1234 },
      { manager: "launchd", name: "com.clawdbot.gateway", port: 1234, product: "clawdbot" },
    ],
    [far, { host: far.host, manager: "systemd", name: "openclaw-gateway.service" }],
    [
      { ...mac, manager: "process", home: "/sandbox" },
      { manager: "process", name: "openclaw-gateway", path: "/sandbox/.local/state/gatekey/openclaw-gateway.sh" },
    ],
    [
      { ...mac, evict: ["docker:old"], owners: ["process:haproxy"] },
      { evict: ["docker:old"], owners: ["process:haproxy"] },
    ],
    [{ ...mac, guarded: true }, { guarded: true }],
    [{ ...mac, tlsFingerprint: "ab".repeat(32) }, { guarded: true }],
  ] as const)("%j is looked at as %j", async (studio, expected) => {
    const recorded = await fleet({ gateways: { studio } })
    const port = "port" in studio ? studio.port : 18789
    expect(named(recorded, `studio port ${port}`)).toMatchObject({ parent: "studio", inputs: expected })
  })

  test("a gateway's port is checked last, after its places", async () => {
    const recorded = await fleet({ gateways: { studio: mac } })
    const after = named(recorded, "studio port 18789").after
    expect(after).toEqual(expect.arrayContaining(["studio config", "studio dotenv", "studio launch agent arguments"]))
  })
})

describe("an undeclared gateway is searched", () => {
  const home = (name: string) => ({ home: `/home/${name}` })
  const old = { host: far.host, name: "old", compose: { file: "~/compose.yml", service: "gateway" } }

  test.each<[string, Partial<FleetArgs>, string[]]>([
    ["on a host with a node alone", { nodes: { tw: far } }, ["tw stray gateway"]],
    ["once a host", { nodes: { one: { ...far, ...home("a") }, two: { ...far, ...home("b") } } }, ["one stray gateway"]],
    ["not where a gateway is declared", { gateways: { studio: far }, nodes: { tw: far } }, ["studio port 18789"]],
    ["not where a container is one", { nodes: { tw: far }, containers: { old } }, []],
    [
      "where a container is retired",
      { nodes: { tw: far }, containers: { old: { ...old, must: "nothing" } } },
      ["tw stray gateway"],
    ],
    ["not where that is said", { nodes: { tw: { ...far, stray: false } } }, []],
  ])("%s", async (_, args, expected) => {
    expect(listeners(await fleet(args))).toEqual(expected)
  })

  test("an undeclared gateway is searched on the product's port, with role node", async () => {
    const recorded = await fleet({ nodes: { tw: { ...far, evict: ["launchd:com.clawdbot.gateway"] } } })
    expect(named(recorded, "tw stray gateway")).toMatchObject({
      parent: "tw",
      inputs: { host: far.host, role: "node", port: 18789, evict: ["launchd:com.clawdbot.gateway"] },
    })
  })
})
