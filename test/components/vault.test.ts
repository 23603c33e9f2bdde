import { expect, test } from "vitest"
import { Fleet, type FleetArgs, type VaultArgs } from "../../components/index.ts"
import { named, type Recorded, record } from "./record.ts"

const mirror: VaultArgs = { provider: "onepassword", role: "mirror", vault: "Home", item: "gateway" }
const source: VaultArgs = { ...mirror, role: "source" }
const pass: VaultArgs = {
  provider: "exec",
  role: "mirror",
  read: ["pass", "show", "a"],
  write: ["pass", "insert", "a"],
}
const studio = { host: "ssh://me@studio.local", manager: "systemd" } as const
const tw = { host: "ssh://me@tw.local", manager: "systemd" } as const
const item = "op://Home/gateway|/token|*"

const value = "of another resource"

const outputs = {
  "gatekey:index:VaultSource": { generation: 3, value: "of others" },
  "gatekey:index:TokenSource": { generation: 7, value },
}
const fleet = (args: Partial<FleetArgs>) =>
  record(() => new Fleet("fleet", { token: { rotation: 1 }, gateways: { studio }, nodes: { tw }, ...args }), outputs)

function waits(recorded: readonly Recorded[], later: string, earlier: string): boolean {
  return named(recorded, later).after.some((name) => name === earlier || waits(recorded, name, earlier))
}

const names = (recorded: readonly Recorded[]) => recorded.map(({ name }) => name)

test("a mirror is written before the gateway accepts another token, and its record last", async () => {
  const recorded = await fleet({ vault: mirror })
  const { inputs } = named(recorded, "vault item")
  expect(inputs).toMatchObject({ host: "op://Home/gateway", path: "/token", locator: "*", must: "token" })
  for (const [later, earlier] of [
    ["vault item", "tw secret file"],
    ["studio secret file", "vault item"],
    ["vault record", "studio handshake"],
    ["receipt", "vault record"],
  ] as const)
    expect(waits(recorded, later, earlier), `${later} after ${earlier}`).toBe(true)
  expect(named(recorded, "studio secret file").inputs.staged).toContain(item)
  expect(named(recorded, "preflight").inputs.hosts).toHaveProperty(["op://Home/gateway"], ["/token"])
  expect(named(recorded, "every host").inputs.hosts, "no machine").not.toContain("op://Home/gateway")
})

test("other vaults contain only the token", async () => {
  const recorded = await fleet({ vault: pass })
  expect(named(recorded, "vault item").inputs.host).toBe(
    'exec:{"read":["pass","show","a"],"write":["pass","insert","a"]}',
  )
  expect(names(recorded)).not.toContain("vault record")
})

test("a gateway that reads the vault has the item as its own place, and no token on its host", async () => {
  const delivery = "exec" as const
  const recorded = await fleet({
    vault: mirror,
    gateways: { studio: { ...studio, delivery } },
    nodes: { tw: { ...tw, delivery } },
  })
  const flip = named(recorded, "studio vault item")
  expect(flip).toMatchObject({
    type: "gatekey:index:Flip",
    inputs: { host: "op://Home/gateway", at: "ssh://me@studio.local", how: "reload" },
  })
  expect(Object.keys((flip.inputs.refers as { entries: object }).entries)).toEqual([
    "gateway.auth.token",
    "secrets.providers.gatekey",
  ])
  expect(names(recorded)).not.toContain("vault item")
  const holding = recorded.filter(({ inputs }) => inputs.must === "token").map(({ name }) => name)
  expect(holding).toEqual(["studio vault item"])
  for (const member of ["studio", "tw"]) {
    expect(named(recorded, `${member} token reader`).inputs).toMatchObject({
      ...{ path: "~/.openclaw/gatekey/token-reader", format: "reader", must: "reference" },
      reference: { read: ["op", "read", "--no-newline", "op://Home/gateway/token"] },
    })
    expect(named(recorded, `${member} secret file`).inputs.must).toBe("nothing")
    const { reference } = named(recorded, `${member} config secret provider`).inputs
    expect(reference).toMatchObject({ source: "exec", command: "$" + "{HOME}/.openclaw/gatekey/token-reader" })
  }
})

test("a source sets the generation, and the token is never written to it", async () => {
  const recorded = await fleet({ token: {}, vault: source })
  expect(names(recorded)).not.toContain("vault item")
  expect(names(recorded)).not.toContain("vault record")
  expect(named(recorded, "preflight").inputs.rotation).toBe(3)
  expect(named(recorded, "token").inputs.rotation).toBe(3)
  expect(waits(recorded, "preflight", "vault")).toBe(true)
  expect(waits(recorded, "token", "preflight")).toBe(true)
})

test("a token that another resource gives comes before all others, and counts the generations", async () => {
  const recorded = await fleet({ token: { value, maxAge: "30d" } })
  const token = named(recorded, "token")
  expect(token.inputs).toMatchObject({ rotation: 7, given: "of another resource", maxAge: "30d" })
  expect(token.inputs).not.toHaveProperty("value")
  expect(named(recorded, "preflight").inputs).toMatchObject({ rotation: 7, adopt: { value: "of another resource" } })
  expect(names(recorded)).not.toContain("vault")
})

test.each<[string, Partial<FleetArgs>, string]>([
  [
    "exec for two gateways",
    {
      vault: mirror,
      gateways: { studio: { ...studio, delivery: "exec" }, attic: { ...tw, delivery: "exec" } },
      nodes: {},
    },
    "studio and attic have delivery: exec, but only one gateway may; set the others to delivery: reference",
  ],
  ["no number", { token: {} }, "token.rotation is missing"],
  [
    "a value with a number",
    { token: { value, rotation: 2 } },
    "token.rotation: expected none, since token.value is given: each new value is a new generation",
  ],
  ["a value beside what is adopted", { token: { value, adopt: { value } } }, "token.adopt: expected none"],
  [
    "a value beside a vault that is the source",
    { token: { value }, vault: source },
    "token.value: expected none, since the vault is the source",
  ],
  [
    "exec with no vault",
    { nodes: { tw: { ...tw, delivery: "exec" } } },
    "delivery: exec needs a vault, but none is declared",
  ],
])("rejects %s", async (_, args, words) => {
  await expect(fleet(args)).rejects.toThrow(words)
})
