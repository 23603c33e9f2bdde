import { describe, expect, test } from "vitest"
import { Authority } from "../../components/authority.ts"
import { Client, type ClientArgs } from "../../components/client.ts"
import { Guard } from "../../components/guard.ts"
import { Sidecar } from "../../components/sidecar.ts"
import { named, record } from "./record.ts"

const made = { "gatekey:index:ClientKey": { publicKey: "PEM" }, "gatekey:index:Certificate": { digest: "0" } }
const guard = { manager: "systemd", listen: { address: "0.0.0.0", port: 18443 }, names: ["s"], gateway: 18789 } as const

describe("a client", () => {
  const declare = (args: Omit<ClientArgs, "authority">) =>
    record(() => {
      const authority = new Authority("home", { domain: "home" })
      const { entry } = new Client("laptop", { authority, ...args })
      new Guard("Studio", { authority, ...guard, clients: [entry] })
    }, made)

  test.each<[Omit<ClientArgs, "authority">, string[], object]>([
    [{}, ["laptop certificate"], { auth: "mtls" }],
    [{ auth: "jwt", audience: "studio" }, ["laptop key"], { auth: "jwt", key: "PEM" }],
    [{ auth: "both", audience: "studio" }, ["laptop certificate", "laptop key"], { auth: "both", key: "PEM" }],
  ])("declared as %j has its credentials, and the guard its entry", async (args, names, entry) => {
    const recorded = await declare(args)
    expect(
      recorded
        .filter(({ parent }) => parent === "laptop")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names)
    const { inputs } = named(recorded, "Studio configuration")
    expect(inputs.clients).toEqual([{ name: "laptop", generation: 1, role: "client", ...entry }])
    expect(inputs.guard).toMatchObject({ audience: "studio" })
  })

  test("with a bearer needs the name of its guard", async () => {
    await expect(declare({ auth: "jwt" })).rejects.toThrow(
      /laptop: auth jwt needs an audience, found none; set audience/,
    )
  })
})

describe("a sidecar", () => {
  test.each([
    ["mtls", ["tw certificate"], ["-W", "-f", "proxy.cfg", "-S", "unix@master.sock"]],
    ["jwt", ["tw key"], ["start.sh", "/usr/sbin/haproxy"]],
    ["both", ["tw certificate", "tw key"], ["start.sh", "/usr/sbin/haproxy"]],
  ] as const)("of auth %s has what lets its node in, before its configuration", async (auth, names, command) => {
    const recorded = await record(() => {
      const authority = new Authority("home", { domain: "home" })
      const route = { address: "studio.local", port: 18443, name: "studio.local" }
      const client = { name: "tw", auth }
      new Sidecar("tw", { authority, manager: "systemd", client, audience: "studio", port: 18801, guard: route })
    }, made)
    const configuration = named(recorded, "tw configuration")
    expect(configuration.inputs.sidecar).toMatchObject({ auth })
    expect(configuration.after).toEqual(expect.arrayContaining([...names]))
    expect(named(recorded, "tw service").inputs.program).toMatchObject({
      command: expect.arrayContaining([...command]),
    })
  })
})
