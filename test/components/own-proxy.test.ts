import { expect, test } from "vitest"
import { Fleet, type FleetArgs } from "../../components/index.ts"
import { named, record } from "./record.ts"

const header = "x-gk-0123456789abcdef"

const fleet = (guard: object): FleetArgs => ({
  token: { rotation: 1 },
  guard: { studio: { listen: "0.0.0.0:18443", names: ["studio.local"], bring: "nginx", ...guard } },
  gateways: { studio: { host: "local", manager: "systemd", mode: "trusted-proxy", bind: "loopback" } },
})
const byCertificate: Pick<FleetArgs, "nodes" | "clients"> = {
  nodes: { tw: { host: "ssh://me@tw", manager: "systemd", credential: "device", sidecar: 18801, pairing: {} } },
  clients: { laptop: { host: "local", scopes: ["operator.read"] } },
}

test("a proxy of the user's own is not made: only its certificate, the gateway's half, and its check", async () => {
  const recorded = await record(
    () => new Fleet("fleet", { ...fleet({ identityHeader: header, from: "ssh://me@tw" }), ...byCertificate }),
  )
  const names = recorded.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(["studio guard certificate", "tw sidecar configuration", "tw access"]))
  expect(names.filter((name) => /^studio guard (?!certificate)/.test(name))).toEqual([])
  expect(named(recorded, "studio proxy").inputs).toMatchObject({
    ...{ host: "ssh://me@tw", address: "studio.local", port: 18443, name: "studio.local", proxy: "nginx", issuer: 1 },
    clients: [
      { name: "tw", generation: 1, role: "node", scopes: [] },
      { name: "laptop", generation: 1, role: "client", scopes: ["operator.read"] },
    ],
  })
  expect(named(recorded, "studio proxy").after).toContain("studio trust")
  // A secret, also if a program has not made it one.
  for (const name of ["studio proxy", "studio trust", "tw pairing"])
    expect(JSON.stringify(named(recorded, name).inputs.userHeader)).toMatch(/1b47061264138c4ac30d75fd1eb44270/)
})

test("one of another party has its own header, and no certificate", async () => {
  const identities = [{ identity: "me@example.com", scopes: ["operator.read"] }]
  const recorded = await record(() => new Fleet("fleet", fleet({ bring: "cloudflare", identities })))
  expect(recorded.map(({ name }) => name)).not.toContain("studio guard certificate")
  expect(named(recorded, "studio trust").inputs).toMatchObject({ identities })
  expect(JSON.stringify(named(recorded, "studio trust").inputs.userHeader)).toMatch(
    /cf-access-authenticated-user-email/,
  )
  expect(named(recorded, "studio proxy").inputs).toMatchObject({ address: "studio.local", clients: [] })
})
