import { createHmac } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { type AuthorityPhase, type AuthorityStep, planOf } from "../../../core/authority-phase.ts"
import { findObstacles } from "../../../provider/resources/authority/obstacles.ts"
import type { SeenCertificate, SeenProxy } from "../../../provider/run/observed.ts"
import { managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { unknown } from "../../support/engine/wire.ts"
import { noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"
import { attempt } from "../../support/proxies/attempt.ts"
import { noHaproxy } from "../../support/proxies/haproxy.ts"
import { connectContinuously, openBySidecar, rotationSite } from "../../support/proxies/rotation.ts"

let plugin: Plugin
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

const rest = (generation: number): AuthorityStep => ({ generation })
const to2 = (phase: AuthorityPhase): AuthorityStep => ({ generation: 2, phase })
const first = rest(1)

const blocks = (text: unknown) => String(text).match(/-----BEGIN/g)?.length ?? 0
const keyIn = (outputs: { readonly [key: string]: unknown } | undefined) => String(Object(outputs?.key).value)
const headerIn = (home: string) =>
  /set-header (x-gk-\w+)/.exec(readFileSync(join(home, "guard/proxy.cfg"), "utf8"))?.[1] ?? "none"

describe.skipIf(noHaproxy)(`a rotation of the authority${noHaproxy ? ` (${noHaproxy})` : ""}`, () => {
  test("goes forth through all phases and back from each, without a connect refused or a connection closed", async () => {
    const site = await rotationSite(plugin)
    const header = headerIn(site.home)
    const earlier = { tw: site.shown("tw"), key: keyIn(site.authority.state?.outputs), ca: site.ca() }
    const sockets = [await openBySidecar(site)]
    onTestFinished(() => {
      for (const each of sockets) each.terminate()
    })
    const finish = connectContinuously(site)
    const walk = [
      ...[to2("trust"), first, to2("trust")],
      ...[to2("clients"), to2("trust"), to2("clients")],
      ...[to2("servers"), to2("clients"), to2("servers")],
      rest(2),
    ]
    for (const [at, step] of walk.entries()) {
      await site.step(step, at % 2 === 0 ? ["guard", "tw", "laptop"] : ["laptop", "tw", "guard"])
      sockets.push(await openBySidecar(site))
      expect([step, blocks(site.ca()), blocks(readFileSync(join(site.home, "sidecar/ca.pem"), "utf8"))]).toEqual([
        step,
        ...[planOf(step).trusted.length, planOf(step).trusted.length],
      ])
    }
    const { connects, refused } = await finish()
    expect(refused).toEqual([])
    expect(connects).toBeGreaterThan(walk.length)
    expect(sockets.filter(({ readyState }) => readyState !== WebSocket.OPEN)).toEqual([])

    // Nothing of the earlier authority is left, and none of its certificates is accepted.
    expect(site.ca()).not.toContain(earlier.ca.trim())
    expect(keyIn(site.authority.state?.outputs)).not.toContain(earlier.key.trim())
    const { guardPort: port } = site
    expect(await attempt({ port, authority: site.ca(), shows: site.shown("tw") })).toMatchObject({ status: 101 })
    expect((await attempt({ port, authority: site.ca(), shows: earlier.tw })).error).toMatch(/ERR_SSL|ECONNRESET/)
    expect((await attempt({ port, authority: earlier.ca, shows: site.shown("tw") })).error).toBeDefined()
    expect(headerIn(site.home)).toBe(header)
    for (const each of [site.authority, site.guard, site.sidecar])
      expect((await each.preview(each.state?.inputs ?? {})).step).toBe("same")
    await expect(site.preview(to2("servers"))).rejects.toThrow(/no step leads back, as authority g1 is gone/)
  })

  test("keeps the header's name of a state without a seed, which stays as it is until then", async () => {
    const site = await rotationSite(plugin, true)
    const key = keyIn(site.authority.state?.outputs)
    const name = createHmac("sha256", key).update("gatekey identity header 1").digest("hex").slice(0, 32)
    expect(headerIn(site.home)).toBe(`x-gk-${name}`)
    expect(await site.authority.up({ domain: "home" })).toBe("same")
    expect((await site.certificate.preview({ ...site.certificate.state?.inputs, issuer: 1 })).step).toBe("same")
    for (const each of [site.guard, site.sidecar])
      expect((await each.preview({ ...each.state?.inputs, trusts: [1] })).step).toBe("same")
    await site.step(to2("trust"))
    expect(headerIn(site.home)).toBe(`x-gk-${name}`)
    expect(JSON.stringify(site.authority.state?.outputs.seed)).not.toContain("PRIVATE")
  })

  test("is refused in the preview while a proxy does not follow, and says what each step changes", async () => {
    const site = await rotationSite(plugin)
    expect(await site.preview(to2("trust"))).toMatch(
      /makes authority g2, which every guard and sidecar then trusts as well/,
    )
    await expect(site.preview(to2("clients"))).rejects.toThrow(/the next step is generation 2 with phase trust/)
    await site.step(to2("trust"), ["tw"])
    await expect(site.preview(to2("clients"))).rejects.toThrow(
      /yet: guard \S+ does not trust authority g2\. Nothing was changed\. Run `pulumi up` for generation 2 with phase trust/,
    )
    await site.step(to2("trust"))
    expect(await site.preview(to2("clients"))).toMatch(/issues the certificates of nodes and clients from authority g2/)
    await site.step(to2("clients"), ["guard", "tw"])
    expect(await site.preview(to2("servers"))).toMatch(/no sidecar of gatekey verifies the guards for laptop/)
    await site.step(to2("servers"), ["guard", "tw"])
    await expect(site.preview(rest(2))).rejects.toThrow(/yet: laptop \S+ is from authority g1\. Nothing/)
    await site.step(to2("servers"))
    expect(await site.preview(rest(2))).toMatch(/removes authority g1 from every guard and sidecar, and from the state/)
  })
})

describe.skipIf(noSshHosts)(`a host that does not answer [${noSshHosts ?? "real sshd"}]`, () => {
  test("is a reason to refuse the removal of an authority", async () => {
    const farm = await startFarm(1)
    onTestFinished(() => farm.stop())
    const there = await startPlugin({ GATEKEY_SSH_CONFIG: farm.config })
    onTestFinished(() => there.stop())
    const [authority, certificate] = [managed(there, "Authority", "home"), managed(there, "Certificate", "tw")]
    await authority.up({ domain: "home" })
    const host = farm.host(1)
    const at = { host: `ssh://${host.name}`, path: "~/tw.pem", authority: authority.state?.id ?? unknown, name: "tw" }
    await certificate.up(at)
    for (const phase of ["trust", "clients", "servers"] as const)
      await authority.up({ domain: "home", generation: 2, phase })
    await certificate.up({ ...at, issuer: 2 })
    host.kill()
    await certificate.refresh()
    await expect(authority.preview({ domain: "home", generation: 2 })).rejects.toThrow(/yet: tw: not checked: /)
  })
})

test.each<[string, object, RegExp]>([
  ["a phase of generation 1", { generation: 1, phase: "trust" }, /phase: must not be set with generation 1/],
  ["another phase", { generation: 2, phase: "nodes" }, /phase: must be one of trust, clients, servers/],
  ["a phase of a new authority", { generation: 2, phase: "trust" }, /found phase trust, expected none; remove phase/],
])("refused before anything is made: %s", async (_what, more, reason) => {
  const one = managed(plugin, "Authority", "new")
  await expect(one.preview({ domain: "home", ...more })).rejects.toThrow(reason)
})

describe("what a step would break", () => {
  const guard: SeenProxy = { name: "guard", kind: "guard", trusts: [1, 2], digest: "aa" }
  const sidecar: SeenProxy = { name: "sidecar", kind: "sidecar", trusts: [1, 2], digest: "bb" }
  const tw: SeenCertificate = { name: "tw", role: "node", issuer: 2, digest: "bb" }
  type Case = readonly [string, AuthorityStep, AuthorityStep, SeenProxy[], SeenCertificate[], string[]]
  test.each<Case>([
    ["nothing", to2("trust"), to2("clients"), [guard, sidecar], [tw], []],
    [
      "a guard that is behind",
      to2("trust"),
      to2("clients"),
      [{ ...guard, trusts: [1] }],
      [],
      ["guard does not trust authority g2"],
    ],
    [
      "a guard that is unknown",
      to2("trust"),
      to2("clients"),
      [{ ...guard, problem: "not checked" }],
      [],
      ["guard: not checked"],
    ],
    ["no sidecar's lag", to2("trust"), to2("clients"), [{ ...sidecar, trusts: [1] }], [], []],
    [
      "a sidecar that is behind",
      to2("clients"),
      to2("servers"),
      [{ ...sidecar, trusts: [1] }],
      [],
      ["sidecar does not trust authority g2"],
    ],
    [
      "a sidecar that drifted",
      to2("clients"),
      to2("servers"),
      [{ ...sidecar, problem: "ca.pem differs" }],
      [],
      ["sidecar: ca.pem differs"],
    ],
    [
      "a certificate of the earlier authority",
      to2("servers"),
      rest(2),
      [],
      [{ ...tw, issuer: 1 }],
      ["tw is from authority g1"],
    ],
    [
      "a certificate that is unknown",
      to2("servers"),
      rest(2),
      [],
      [{ name: "tw", role: "node", problem: "not checked" }],
      ["tw: not checked"],
    ],
    [
      "a proxy with its earlier certificate",
      to2("servers"),
      rest(2),
      [{ ...sidecar, digest: "cc" }],
      [tw],
      ["sidecar has not loaded its present certificate"],
    ],
    ["a certificate that is gone", to2("servers"), rest(2), [], [{ name: "tw", role: "node" }], []],
    ["a certificate of the later authority, back", to2("trust"), first, [], [tw], ["tw is from authority g2"]],
    ["nothing, with hosts that are unknown", first, to2("trust"), [{ ...guard, problem: "not checked" }], [], []],
  ])("%s", (_what, from, to, proxies, certificates, expected) => {
    const ids = new Map(proxies.map((each) => [`local|/${each.name}`, each]))
    const paths = new Map(certificates.map((each) => ["local|/sidecar/own.pem", each]))
    expect(findObstacles(planOf(from), planOf(to), { proxies: ids, certificates: paths })).toEqual(expected)
  })
})
