import { expect, it } from "vitest"
import { guardConfiguration } from "../../../proxies/guard.ts"
import { proxiesIn } from "../../../survey/collect/proxies.ts"
import { onEachHost } from "../../support/hosts/on-each-host.ts"
import { layProxy, laySidecar } from "../../support/proxies/own.ts"
import { pki } from "../../support/proxies/pki.ts"
import { lay, snapshot } from "../../support/tree.ts"

onEachHost((host) => {
  it("finds the proxies that gatekey made, and keeps their keys and the header's name there", async () => {
    const home = host.folder()
    const { authority, make } = await pki()
    const [node, guard] = [await make({ name: "tw" }), await make({ name: "studio", role: "guard" })]
    const header = "x-gk-9f1c0e7ab24d5836c7d1e9f00a4b6d82"
    const clients = [{ name: "tw", generation: 1, role: "node" }] as const
    const settings = { address: "0.0.0.0", port: 18443, gateway: 18789, digest: "0", header, clients }
    laySidecar(home, node, authority.certificate, 18801, 18443)
    layProxy(home, "studio-guard", guardConfiguration(settings), guard, authority.certificate)
    lay(home, { ".local/state/gatekey/other/proxy.cfg": "global\n", ".local/state/gatekey/a client/own.pem": node.pem })
    const before = snapshot(home)
    const { own } = await proxiesIn(host.name, host.there(home))
    expect(snapshot(home)).toEqual(before)
    expect(own).toMatchObject([
      {
        folder: host.there(`${home}/.local/state/gatekey/studio-guard`),
        facts: { kind: "guard", address: "0.0.0.0", port: 18443, gateway: 18789 },
        ...{ mode: 0o600, certificate: { kind: "file", mode: 0o600, isOwn: true } },
        ...{ validity: { commonName: "studio.g1", isIssuedByOurs: true }, process: { process: "none" } },
      },
      {
        facts: { kind: "sidecar", port: 18801, guard: { address: "127.0.0.1", port: 18443, name: "studio.test" } },
        validity: { commonName: "tw.g1", isIssuedByOurs: true },
      },
    ])
    expect(JSON.stringify(own)).not.toMatch(/PRIVATE KEY|x-gk-9f/)
  })

  it("finds none in a home without any", async () =>
    expect((await proxiesIn(host.name, host.there(host.folder()))).own).toEqual([]))
})
