import { expect, test } from "vitest"
import { Fleet, type FleetArgs } from "../../components/index.ts"
import { named, record } from "./record.ts"

const fleet = (authority: NonNullable<FleetArgs["authority"]>): FleetArgs => ({
  token: { rotation: 1 },
  authority,
  guard: { studio: { listen: "0.0.0.0:18443", names: ["studio.local"] } },
  gateways: { studio: { host: "local", manager: "systemd" } },
  nodes: { tw: { host: "ssh://me@tw", manager: "systemd", credential: "device", sidecar: 18801 } },
  clients: { laptop: { host: "local" } },
})

test.each<[NonNullable<FleetArgs["authority"]>, { trusts: number[]; tw: number; guard: number }]>([
  [{}, { trusts: [1], tw: 1, guard: 1 }],
  [
    { generation: 2, phase: "trust" },
    { trusts: [1, 2], tw: 1, guard: 1 },
  ],
  [
    { generation: 2, phase: "clients" },
    { trusts: [1, 2], tw: 2, guard: 1 },
  ],
  [
    { generation: 2, phase: "servers" },
    { trusts: [1, 2], tw: 2, guard: 2 },
  ],
  [{ generation: 2 }, { trusts: [2], tw: 2, guard: 2 }],
])(
  "the authority %j of a fleet is what its certificates and proxies go by",
  async (authority, { trusts, tw, guard }) => {
    const recorded = await record(() => new Fleet("fleet", fleet(authority)))
    const inputsOf = (name: string) => named(recorded, name).inputs
    expect(inputsOf("authority")).toMatchObject(authority)
    for (const name of ["studio guard configuration", "tw sidecar configuration"])
      expect(inputsOf(name)).toMatchObject({ trusts })
    for (const name of ["tw sidecar certificate", "laptop client certificate"])
      expect(inputsOf(name)).toMatchObject({ issuer: tw })
    expect(inputsOf("studio guard certificate")).toMatchObject({ issuer: guard })
  },
)

test.each<[string, FleetArgs, RegExp]>([
  [
    "a phase of generation 1",
    fleet({ phase: "trust" }),
    /the phase of the authority must not be set with generation 1/,
  ],
  [
    "no guard",
    { token: { rotation: 1 }, gateways: {}, authority: { generation: 2, phase: "trust" } },
    /the authority is declared, and no guard is; declare gatekey:guard, or remove it/,
  ],
  ["an unknown key", { ...fleet({}), authority: { generation: 2, fase: "trust" } as object }, /authority.*fase/],
])("a fleet is refused: %s", async (_what, args, reason) => {
  await expect(record(() => new Fleet("fleet", args))).rejects.toThrow(reason)
})
