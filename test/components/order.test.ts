import { expect, test } from "vitest"
import { Fleet, type FleetArgs } from "../../components/index.ts"
import { isPlace, named, type Recorded, record } from "./record.ts"

const fleet = (args: Partial<FleetArgs>) =>
  record(() => new Fleet("fleet", { token: { rotation: 1 }, gateways: {}, ...args }))

/** Whether `later` waits for `earlier`, directly or through others. */
function waits(recorded: readonly Recorded[], later: string, earlier: string): boolean {
  return named(recorded, later).after.some((name) => name === earlier || waits(recorded, name, earlier))
}

const incident = {
  gateways: { studio: { host: "local", manager: "launchd" } },
  nodes: { tw: { host: "ssh://me@tw.local", manager: "systemd" } },
  containers: {
    old: { host: "ssh://me@tw.local", name: "old-gateway", compose: { file: "~/gateway/compose.yaml", service: "gw" } },
  },
} as const

let recordedIncident: Promise<Recorded[]> | undefined

test.each([
  ["studio config secret provider", "studio secret file"],
  ["studio config", "studio config secret provider"],
  ["studio config", "studio secret file"],
  ["studio dotenv", "studio config"],
  ["studio launch agent environment", "studio config"],
  ["studio clawdbot config", "studio config"],
  ["studio clawdbot launch agent arguments", "studio config"],
  ["tw unit environment", "tw config"],
  ["studio secret file", "tw secret file"],
  ["studio secret file", "tw unit env file"],
  ["studio secret file", "tw clawdbot config"],
  ["studio config", "tw config"],
  ["studio secret file", "old compose environment"],
  ["old compose dotenv", "old compose environment"],
])("%s is written after %s", async (later, earlier) => {
  recordedIncident ??= fleet(incident)
  const recorded = await recordedIncident
  expect(waits(recorded, later, earlier)).toBe(true)
  expect(waits(recorded, earlier, later)).toBe(false)
})

test("a node's further copies are written after the gateway has changed its token, which does not wait for them", async () => {
  const places = [{ name: "script", path: "~/report.sh", locator: "TOKEN" }]
  const recorded = await fleet({ ...incident, nodes: { tw: { ...incident.nodes.tw, places } } })
  expect(waits(recorded, "tw script", "studio secret file")).toBe(true)
  const staged = named(recorded, "studio secret file").inputs.staged as string[]
  expect(staged).toContain("ssh://me@tw.local|~/.openclaw/gatekey/gateway-token|*")
  expect(staged.filter((id) => id.includes("report.sh"))).toEqual([])
})

test("with many nodes the state stays small: few dependencies a place", async () => {
  const node = { host: "local", manager: "launchd" } as const
  const names = Array.from({ length: 30 }, (_, index) => `n${index}`)
  const nodes = Object.fromEntries(names.map((name) => [name, { ...node, home: `/home/${name}` }]))
  const recorded = await fleet({ gateways: incident.gateways, nodes })
  const edges = recorded.reduce((sum, one) => sum + one.after.length, 0)
  expect(edges / recorded.length).toBeLessThan(5)
})

test("a node in its gateway's home is written after it, and does not declare the config", async () => {
  const recorded = await fleet({ ...incident, nodes: { mini: { host: "local", manager: "launchd" } } })
  expect(waits(recorded, "mini launch agent environment", "studio config")).toBe(true)
  expect(recorded.map((one) => one.name)).not.toContain("mini config")
})

test("a change of product writes the new places first and empties the old ones, under their old names", async () => {
  const studio = { host: "local", manager: "launchd", profiles: ["~/.zshrc"] } as const
  const before = await fleet({ gateways: { studio: { ...studio, product: "clawdbot" } } })
  const after = await fleet({ gateways: { studio } })
  const places = (recorded: Recorded[]) => recorded.filter(isPlace)
  for (const { name, parent, inputs } of places(before)) {
    const now = named(after, name)
    expect([now.parent, now.inputs.path, now.inputs.locator]).toEqual([parent, inputs.path, inputs.locator])
    expect(now.inputs.must).toBe("nothing")
    expect(waits(after, name, "studio config")).toBe(true)
  }
  expect(
    places(before)
      .filter(({ inputs }) => inputs.must === "token")
      .map(({ name }) => name),
  ).toEqual(["studio clawdbot config"])
})
