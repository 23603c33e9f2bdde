import { once } from "node:events"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { connect } from "node:tls"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { Secret } from "../../../core/secret.ts"
import { type GatewayRoute, openSession } from "../../../gateways/gateway.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { identityHeader } from "../../../proxies/header.ts"
import { type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, revealed, unknown } from "../../support/engine/wire.ts"
import { folder } from "../../support/hosts/machine.ts"
import { type Gateway, noProduct, startGateway } from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { startProduct } from "../../support/products/product-process.ts"
import { startHaproxy } from "../../support/proxies/haproxy.ts"
import { strong } from "../../support/tokens.ts"

const missing = noProduct("openclaw")
let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

const fresh = (type: Parameters<typeof managed>[1]): Managed => managed(plugin, type, `${type} ${++names}`)
const node = (name: string) => ({ identity: `node:${name}` })

interface Site {
  readonly gateway: Gateway
  readonly trust: Managed
  readonly authority: Managed
  inputs(more?: Raw): Raw
  told(): string
  settings(): Promise<unknown>
}

async function site(more: { readonly [key: string]: unknown } = {}): Promise<Site> {
  const gateway = await startGateway("openclaw", strong(), false, more)
  onTestFinished(() => gateway.stop())
  const authority = fresh("Authority")
  await authority.up({ domain: "home" })
  const trust = fresh("TrustedProxy")
  const { port, config } = gateway
  return {
    gateway,
    trust,
    authority,
    inputs: (more = {}) => ({
      ...{ host: "local", config, port, name: "studio", authority: authority.state?.id ?? unknown },
      ...{ header: 1, identities: [node("tw")], closed: false, ...more },
    }),
    told: () =>
      plugin.messages
        .filter(({ urn, ephemeral }) => urn === trust.urn && !ephemeral)
        .map(({ text }) => text)
        .join("\n"),
    settings: async () => trust.refresh().then(() => trust.state?.outputs),
  }
}

/** A real guard in front of a gateway, and a client that connects by it without a pause. */
async function guardOf({ authority, gateway }: Site) {
  const [at, port] = [folder(), await freePort()]
  const signed = { authority: authority.state?.id ?? unknown, host: "local" }
  const [own, laptop, proxy] = [fresh("Certificate"), fresh("Certificate"), fresh("Haproxy")]
  const path = `${at}/laptop.pem`
  await own.up({ ...signed, path: `${at}/own.pem`, name: "studio", role: "guard", names: ["studio.test"] })
  await laptop.up({ ...signed, path, name: "laptop", role: "client" })
  const up = (header: number) =>
    proxy.up({
      ...{ ...signed, folder: at, digest: own.state?.outputs.digest ?? unknown, header },
      clients: [{ name: "laptop", role: "client" }],
      guard: { address: "127.0.0.1", port, gateway: gateway.port },
    })
  await up(1)
  await startHaproxy(at)
  const pem = readFileSync(path, "utf8")
  const dial = async () => {
    const socket = connect({
      ...{ host: "127.0.0.1", port, servername: "studio.test" },
      ...{ ca, cert: pem, key: pem },
    })
    await once(socket, "secureConnect")
    return socket
  }
  const ca = String(authority.state?.outputs.certificate)
  const { seed } = authority.state?.outputs ?? {}
  const nameOf = (header: number) => identityHeader({ seed: new Secret(revealed(seed)) }, header)
  const verdictOf = async (way: Pick<GatewayRoute, "dial" | "headers">) => {
    const { verdict, session } = await openSession({ product: "openclaw", port, ...way }, undefined, ["operator.read"])
    session?.close()
    return verdict
  }
  /** openclaw closes what is open, and what is just connecting, when it loads its config: a client tries again, as a node does. */
  const verdictOnceLoaded = async () => {
    for (let tries = 1; ; tries++) {
      const verdict = await verdictOf({ dial })
      if (!/\(4001 /.test(describeVerdict(verdict)) || tries === 10) return verdict
      await pause(100)
    }
  }
  return {
    up,
    /** Connects past the guard, with the name of the header that a generation has. */
    async direct(header: number) {
      const said = { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", [nameOf(header)]: "client:laptop" }
      return (await verdictOf({ dial: () => hostOf("local").dial("127.0.0.1", gateway.port), headers: said })).kind
    },
    connectContinuously() {
      const all: Promise<Verdict>[] = []
      let isOver = false
      const done = (async () => {
        while (!isOver) {
          const connect = verdictOnceLoaded()
          all.push(connect)
          // At most some at a time, however busy the machine is.
          await Promise.all([pause(50), all.at(-4)])
        }
      })()
      return async () => {
        isOver = true
        await done
        const found = await Promise.all(all)
        const refused = found.filter(({ kind }) => kind !== "accepted").map(describeVerdict)
        return { connects: found.length, refused }
      }
    },
  }
}

/** The config as the product reads it: that of a test is JSON. */
const configOf = ({ config }: Gateway) => JSON.parse(readFileSync(config, "utf8"))

describe.skipIf(missing)(`a gateway's trust in its guard${missing ? ` (${missing})` : ""}`, () => {
  test("is one restart, after which no token lets in; drift is named and repaired without another", async () => {
    const one = await site()
    const { gateway, trust } = one
    expect((await trust.preview(one.inputs())).step).toBe("create")
    expect(one.told()).toMatch(/no token does: the gateway trusts its guard.*restarts itself once/s)
    expect(configOf(gateway).gateway.auth).toEqual({ mode: "token", token: gateway.token })

    await trust.up(one.inputs())
    const { auth } = configOf(gateway).gateway
    expect(auth).toMatchObject({
      mode: "trusted-proxy",
      trustedProxy: { allowUsers: ["node:tw", "gatekey"], allowLoopback: true },
      identityScopes: { gatekey: ["operator.admin", "operator.pairing", "operator.read"] },
    })
    expect(auth).not.toHaveProperty("token")
    expect(statSync(gateway.config).mode & 0o077).toBe(0)
    await expect(gateway.request("node.list")).rejects.toThrow()
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "accepted" })
    const before = statSync(gateway.config, { bigint: true }).ctimeNs
    expect(await trust.up(one.inputs())).toBe("same")
    expect(statSync(gateway.config, { bigint: true }).ctimeNs).toBe(before)

    const { pid } = gateway
    const edited = configOf(gateway)
    edited.gateway.auth.trustedProxy.allowUsers.push("node:mallory")
    edited.gateway.nodes.pairing.autoApproveLocal = true
    writeFileSync(gateway.config, JSON.stringify(edited))
    expect(await one.settings()).toMatchObject({
      settings:
        'gateway.auth.trustedProxy.allowUsers is ["node:tw","gatekey","node:mallory"], expected ["node:tw","gatekey"]; gateway.nodes.pairing.autoApproveLocal is true, expected false',
    })
    expect((await trust.preview(one.inputs())).step).toBe("update")
    expect(one.told()).toMatch(/allowUsers is .*it goes on without a restart/s)
    expect(await trust.up(one.inputs())).toBe("update")
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "accepted" })

    // Another name of the header: the guard sends both names from then on, so each connect by it has one that counts.
    const [first] = [configOf(gateway).gateway.auth.trustedProxy.userHeader]
    const identities = [node("tw"), { identity: "client:laptop", scopes: ["operator.read"] }]
    await trust.up(one.inputs({ identities }))
    const guard = await guardOf(one)
    for (const [header, earlier] of [
      [2, 1],
      [1, 2],
      [2, 1],
    ] as const) {
      const stop = guard.connectContinuously()
      expect(await guard.up(header)).toBe("update")
      expect(await trust.up(one.inputs({ header, identities }))).toBe("update")
      const { refused, connects } = await stop()
      expect(refused).toEqual([])
      expect(connects).toBeGreaterThan(5)
      expect([await guard.direct(header), await guard.direct(earlier)]).toEqual(["accepted", "answers"])
      expect(await guard.up(header)).toBe("same")
    }
    const { userHeader, allowUsers } = configOf(gateway).gateway.auth.trustedProxy
    expect(userHeader).not.toBe(first)
    expect(allowUsers).toEqual(["node:tw", "client:laptop", "gatekey"])
    expect(await one.settings()).toMatchObject({ code: "accepted" })
    expect(gateway.pid).toBe(pid)
    for (const secret of [first, userHeader, gateway.token]) expect(one.told()).not.toContain(secret)
    expect(JSON.stringify(trust.state)).not.toContain(userHeader)

    // Its config is left: without it, the gateway would let nobody in.
    await trust.destroy()
    expect(configOf(gateway).gateway.auth.mode).toBe("trusted-proxy")
  })

  test("of mode token keeps the user's own proxies, and goes back to what was there", async () => {
    const one = await site({ trustedProxies: ["192.0.2.9"] })
    const before = configOf(one.gateway)
    await one.trust.up(one.inputs({ mode: "token" }))
    expect(configOf(one.gateway).gateway.trustedProxies).toEqual(["192.0.2.9", "127.0.0.1"])
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "accepted" })
    await expect(one.gateway.request("node.list")).resolves.toBeDefined()
    expect(await one.trust.up(one.inputs({ mode: "token" }))).toBe("same")
    expect(configOf(one.gateway).gateway.auth).toEqual(before.gateway.auth)
  })

  test("is refused while something is in the way, and nothing is changed", async () => {
    const one = await site()
    // One that runs would go by each of these configs.
    await one.gateway.end()
    const plain = configOf(one.gateway)
    const before = readFileSync(one.gateway.config, "utf8")
    const withConfig = async (gateway: object, words: RegExp) => {
      writeFileSync(one.gateway.config, JSON.stringify({ ...plain, gateway: { ...plain.gateway, ...gateway } }))
      await expect(one.trust.preview(one.inputs())).rejects.toThrow(words)
      writeFileSync(one.gateway.config, before)
    }
    await withConfig({ tls: { enabled: true } }, /it speaks TLS \(gateway\.tls\.enabled\)/)
    await withConfig({ $include: "./more.json5" }, /its config has gateway\.\$include/)
    const auth = { mode: "trusted-proxy", trustedProxy: { userHeader: "x-pomerium-jwt-assertion" } }
    await withConfig(
      { auth },
      /trusts another proxy already \(gateway\.auth\.trustedProxy\.userHeader is not this stack's\)/,
    )
    const paired = [{ node: "tw" }]
    await expect(one.trust.preview(one.inputs({ paired }))).rejects.toThrow(/it cannot be asked whether tw are paired/)
    writeFileSync(`${one.gateway.home}/.openclaw/.env`, "OPENCLAW_GATEWAY_TOKEN=left-behind-by-somebody\n")
    await expect(one.trust.preview(one.inputs())).rejects.toThrow(/\.env has OPENCLAW_GATEWAY_TOKEN; expected none/)
    await expect(one.trust.up(one.inputs())).rejects.toThrow(/Nothing was changed in its config/)
    expect(readFileSync(one.gateway.config, "utf8")).toBe(before)
  })

  test("a secret in the environment of its process keeps the product from starting", async () => {
    const one = await site()
    await one.trust.up(one.inputs())
    await one.gateway.end()
    const env = { OPENCLAW_GATEWAY_TOKEN: strong() }
    const again = startProduct("openclaw", one.gateway.home, ["gateway", "run"], env)
    await expect.poll(again.hasEnded, { timeout: 120_000 }).toBe(true)
    // What does not run is no drift: its config is right.
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "unknown" })
    expect(await one.trust.up(one.inputs())).toBe("same")
  })
})
