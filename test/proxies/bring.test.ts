import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { files } from "../../proxies/guard.ts"
import { sidecarConfiguration } from "../../proxies/sidecar.ts"
import { type Managed, managed } from "../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { leaks, type Raw, secret } from "../support/engine/wire.ts"
import { folder } from "../support/hosts/machine.ts"
import { noProduct, startFreshNode } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { startTrusting, type TrustingGateway } from "../support/products/trusting-gateway.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { noProxy, type ShownProxy, shownProxies, startShown, substitute } from "../support/proxies/page.ts"
import { until } from "../support/until.ts"

const missing = noHaproxy ?? noProduct("openclaw") ?? noProxy("nginx") ?? noProxy("caddy")
const header = "x-gk-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
const laptop = { name: "laptop", generation: 1, role: "client", scopes: ["operator.read"] }
const tw = { name: "tw", generation: 1, role: "node" }

let plugin: Plugin
let gateway: TrustingGateway
let authority: Managed
let trust: Managed
let home: string
let names = 0
const undone: (() => unknown)[] = []

const fresh = (type: Parameters<typeof managed>[1]) => managed(plugin, type, `${type} ${++names}`)
const authorityId = () => authority.state?.id ?? ""
const config = () => join(gateway.home, ".openclaw/openclaw.json")
const trustInputs = (): Raw => ({
  ...{ host: "local", config: config(), port: gateway.port, name: "studio", authority: authorityId() },
  ...{ userHeader: secret(header), closed: true },
  identities: [{ identity: "node:tw" }, { identity: "client:laptop", scopes: ["operator.read"] }],
})

/** Certificates as gatekey keeps them on their hosts. */
async function certify(name: string, role: string, more: Raw = {}): Promise<void> {
  const path = join(home, `${name}.pem`)
  await fresh("Certificate").up({ host: "local", path, authority: authorityId(), name, role, ...more })
}

/** One gateway for all cases, which trusts the user's proxy already; gatekey takes over its half. */
beforeAll(async () => {
  if (missing) return
  home = mkdtempSync(join(tmpdir(), "gatekey-bring-"))
  plugin = await startPlugin()
  const identities = { "node:tw": [], "client:laptop": laptop.scopes }
  gateway = await startTrusting(header, identities, undefined, (undo) => undone.push(undo))
  authority = fresh("Authority")
  await authority.up({ domain: "home" })
  writeFileSync(join(home, "ca.pem"), String(authority.state?.outputs.certificate))
  await certify("studio", "guard", { names: ["studio.test"] })
  await certify("tw", "node")
  trust = fresh("TrustedProxy")
  await trust.up(trustInputs())
}, 400_000)

afterAll(async () => {
  for (const undo of undone.toReversed()) await undo()
  await plugin?.stop()
  if (home) rmSync(home, { recursive: true, force: true })
})

function start(kind: ShownProxy, port: number, plant?: (text: string) => string) {
  const own = { name: "studio.test", header, own: join(home, "studio.pem"), authority: join(home, "ca.pem") }
  return startShown(kind, { ...own, gateway: gateway.port, port, ...(plant ? { plant } : {}) })
}

const checkInputs = (proxy: ShownProxy, port: number, more: Raw = {}): Raw => ({
  ...{ host: "local", address: "127.0.0.1", port, name: "studio.test", proxy, authority: authorityId() },
  ...{ issuer: 1, gateway: "studio", gatewayHost: "local", mode: "trusted-proxy", userHeader: secret(header) },
  clients: [tw, laptop],
  ...more,
})

const told = ({ urn }: Managed) =>
  plugin.messages
    .filter((each) => each.urn === urn && !each.ephemeral)
    .map(({ text }) => text)
    .join("\n")

type Plant = readonly (readonly [from: string, to: string])[]

/** A fault, as it is made in each proxy's configuration; and what names it. */
const faults: readonly { what: string; codes: readonly string[]; nginx: Plant; caddy: Plant }[] = [
  {
    what: "the rule for scopes is missing",
    codes: ["scopes", "scopes"],
    nginx: [["proxy_set_header X-OpenClaw-Scopes      $gatekey_scopes;", ""]],
    caddy: [["request_header X-OpenClaw-Scopes {scopes}", ""]],
  },
  {
    what: "a client's scopes are passed on",
    codes: ["scopes", "scopes"],
    nginx: [["X-OpenClaw-Scopes      $gatekey_scopes;", "X-OpenClaw-Scopes $http_x_openclaw_scopes;"]],
    caddy: [
      ["request_header X-OpenClaw-Scopes {scopes}", ""],
      ["request_header -X-OpenClaw-*", ""],
    ],
  },
  {
    what: "X-Forwarded-For is appended",
    codes: ["client-address", "forwarded-address"],
    nginx: [["X-Forwarded-For        $gatekey_address;", "X-Forwarded-For $proxy_add_x_forwarded_for;"]],
    caddy: [
      ["request_header -X-Forwarded-*", ""],
      ["header_up X-Forwarded-For {address}", "trusted_proxies private_ranges"],
    ],
  },
  {
    what: "the identity header of a client is passed through",
    codes: ["identity", "identity", "forged-identity"],
    nginx: [
      [`proxy_set_header ${header}`, "# "],
      ["proxy_pass_request_headers off", "proxy_pass_request_headers on"],
    ],
    caddy: [
      ["request_header -X-Gk-*", ""],
      [`request_header ${header} {identity}`, ""],
    ],
  },
  {
    what: "any certificate is good",
    codes: ["foreign-authority"],
    nginx: [["ssl_verify_client      on", "ssl_verify_client optional_no_ca"]],
    caddy: [
      ["require_and_verify", "require"],
      [`trusted_ca_cert_file `, "# "],
    ],
  },
  {
    what: "no certificate is required, and who is not on the list is somebody",
    codes: ["no-certificate", "undeclared-name", "other-generation"],
    nginx: [
      ["ssl_verify_client      on", "ssl_verify_client optional"],
      ['default        "";', 'default "node:tw";'],
    ],
    caddy: [
      ["require_and_verify", "verify_if_given"],
      ['default                           ""              ","', 'default "node:tw" ","'],
    ],
  },
  {
    what: "the generation of a certificate is not compared",
    codes: ["other-generation"],
    nginx: [['"CN=tw.g1"    ', '"~^CN=tw\\.g"']],
    caddy: [['"CN=tw.g1"', "~^CN=tw\\.g"]],
  },
]

describe.skipIf(missing)(`a proxy of the user's own${missing ? ` (${missing})` : ""}`, () => {
  test.each(shownProxies)(
    "%s as docs/proxies.md shows it lacks nothing, and a second `up` does nothing",
    async (kind) => {
      const { port } = await start(kind, await freePort())
      const check = fresh("ProxyCheck")
      expect(await check.up(checkInputs(kind, port))).toBe("create")
      expect(told(check)).toBe("")
      expect(check.state?.outputs).toMatchObject({ verdict: "as required", codes: [], notKnown: [] })
      expect(await check.up(checkInputs(kind, port))).toBe("same")
    },
  )

  describe.each(shownProxies)("in front of the gateway, %s", (kind) => {
    test.each(faults)("is named in a preview: $what", async ({ codes, ...plants }) => {
      const port = await freePort()
      const plant = (text: string) => plants[kind].reduce((all, [from, to]) => substitute(all, from, to), text)
      await start(kind, port, plant)
      const check = fresh("ProxyCheck")
      await check.up(checkInputs(kind, port))
      expect(check.state?.outputs.codes).toEqual(codes)
      for (const code of codes) expect(told(check)).toMatch(new RegExp(`${code}: .*; see docs/proxies.md`))
      expect(told(check)).not.toContain(header)
    })
  })

  test("a proxy that does not run, or serves another certificate, is named in each preview until it is repaired", async () => {
    const port = await freePort()
    const check = fresh("ProxyCheck")
    await check.up(checkInputs("nginx", port))
    expect(check.state?.outputs.codes).toEqual(["unreachable"])
    for (const _ of [1, 2]) expect((await check.preview(checkInputs("nginx", port))).step).toBe("update")
    expect(told(check).match(/unreachable: it cannot be reached/g)).toHaveLength(3)
    await expect(check.up(checkInputs("nginx", port))).rejects.toThrow(
      /only its own configuration repairs: unreachable/,
    )
    await start("nginx", port)
    await check.refresh()
    expect(check.state?.outputs.codes).toEqual([])
    const other = fresh("ProxyCheck")
    await other.up(checkInputs("nginx", port, { name: "other.test" }))
    expect(other.state?.outputs.codes).toEqual(["server-certificate"])
  })

  test("another name of the header is a change of the gateway's half; a name that was never declared is somebody else's", async () => {
    const changed = { ...trustInputs(), userHeader: secret("x-gk-another-name-of-the-header") }
    expect(await trust.up(changed)).toBe("update")
    expect(readFileSync(config(), "utf8")).not.toContain(header)
    expect(await trust.up(trustInputs())).toBe("update")
    // Another stack, with another header.
    const apart = await startPlugin()
    onTestFinished(() => apart.stop())
    const other = managed(apart, "Authority", "other")
    await other.up({ domain: "other" })
    const unknown = { ...trustInputs(), authority: other.state?.id ?? "", userHeader: secret("x-gk-known-to-nobody") }
    const foreign = managed(apart, "TrustedProxy", "foreign")
    await expect(foreign.preview(unknown)).rejects.toThrow(/trusts another proxy already .*set identityHeader to it/)
    const written = statSync(config(), { bigint: true }).ctimeNs
    expect(await trust.up(trustInputs())).toBe("same")
    expect(statSync(config(), { bigint: true }).ctimeNs).toBe(written)
    expect(told(trust)).not.toContain(header)
    expect(leaks(trust.state?.outputs, [header])).toEqual([])
  })

  test("a real node gets in by its sidecar and nginx, and by Caddy in its place", async () => {
    const [proxied, port] = [await freePort(), await freePort()]
    const nginx = await start("nginx", proxied)
    const at = folder()
    const guard = { address: "127.0.0.1", port: proxied, name: "studio.test" }
    writeFileSync(join(at, files.certificate), readFileSync(join(home, "tw.pem")), { mode: 0o600 })
    writeFileSync(join(at, files.authority), readFileSync(join(home, "ca.pem")))
    await startHaproxy(at, sidecarConfiguration({ port, guard, digest: "0", auth: "mtls" }))
    const node = startFreshNode("tw", port)
    onTestFinished(() => node.stop())
    node.run()
    await until(() => /pairing/i.test(node.log()))
    const pairing = fresh("Pairing")
    const inputs = {
      ...{ authority: authorityId(), userHeader: secret(header), host: "local", port: gateway.port },
      ...{ node: "tw", from: "local", certificate: 1, approve: true },
    }
    await pairing.up(inputs)
    // openclaw pauses a node that waits for its approval.
    await node.end()
    node.run()
    const connects = () => node.log().match(/node host gateway connected/g)?.length ?? 0
    await until(() => connects() > 0)
    const before = connects()
    await nginx.stop()
    await start("caddy", proxied)
    await until(() => connects() > before)
    expect(told(pairing)).not.toContain(header)
  })
})
