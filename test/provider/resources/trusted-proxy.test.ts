import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, unknown } from "../../support/engine/wire.ts"
import {
  commandOf,
  environmentOf,
  type Gateway,
  homeOf,
  noProduct,
  shareCompiled,
  startGateway,
} from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { guardOf } from "../../support/proxies/managed-guard.ts"
import { strong } from "../../support/tokens.ts"
import { until } from "../../support/until.ts"

const missing = noProduct("openclaw")
let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

const fresh = (type: Parameters<typeof managed>[1]): Managed => managed(plugin, type, `${type} ${++names}`)
const node = (name: string) => ({ identity: `node:${name}` })

/** What is known of a gateway that does not run. */
type Installed = Pick<Gateway, "home" | "port" | "token" | "config">

interface Site<Known extends Installed = Gateway> {
  readonly gateway: Known
  readonly trust: Managed
  readonly authority: Managed
  inputs(more?: Raw): Raw
  told(): string
  settings(): Promise<Raw | undefined>
}

async function site(more: { readonly [key: string]: unknown } = {}): Promise<Site> {
  const gateway = await startGateway("openclaw", strong(), false, more)
  onTestFinished(() => gateway.stop())
  return siteOf(gateway)
}

/** A gateway that does not run: none is started for it. */
async function stoppedSite(): Promise<Site<Installed>> {
  const [port, token] = [await freePort(), strong()]
  const home = homeOf("openclaw", {
    gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token", token } },
  })
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return siteOf({ home, port, token, config: join(home, ".openclaw/openclaw.json") })
}

async function siteOf<Known extends Installed>(gateway: Known): Promise<Site<Known>> {
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

/** Starts a gateway that refuses to. @returns what it printed */
async function endOf(home: string, env: { readonly [name: string]: string } = {}): Promise<string> {
  const [program = "", ...args] = commandOf("openclaw", "gateway", "run")
  shareCompiled(home)
  const own = { ...environmentOf("openclaw", home), SHELL: "/bin/sh", ...env }
  const child = spawn(program, args, { cwd: home, env: own, stdio: ["ignore", "pipe", "pipe"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text))
  await once(child, "close")
  return output
}

/** The config as the product reads it: that of a test is JSON. */
const configOf = ({ config }: Installed) => JSON.parse(readFileSync(config, "utf8"))

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
    // openclaw closes what is just connecting when it loads its config; a busy machine does so late.
    await until(async () => (await one.settings())?.code === "accepted")
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "accepted" })

    // Another name of the header: the guard sends both names from then on, so each connect by it has one that counts.
    const [first] = [configOf(gateway).gateway.auth.trustedProxy.userHeader]
    const identities = [node("tw"), { identity: "client:laptop", scopes: ["operator.read"] }]
    await trust.up(one.inputs({ identities }))
    const guard = await guardOf({ ...one, make: fresh })
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
    // No secret is in it yet: who may read it is not gatekey's to say.
    chmodSync(one.gateway.config, 0o644)
    await one.trust.up(one.inputs({ mode: "token" }))
    expect(statSync(one.gateway.config).mode & 0o777).toBe(0o644)
    expect(configOf(one.gateway).gateway.trustedProxies).toEqual(["192.0.2.9", "127.0.0.1"])
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "accepted" })
    await expect(one.gateway.request("node.list")).resolves.toBeDefined()
    expect(await one.trust.up(one.inputs({ mode: "token" }))).toBe("same")
    expect(configOf(one.gateway).gateway.auth).toEqual(before.gateway.auth)
  })

  test("is refused while something is in the way, and nothing is changed", async () => {
    // One that runs would go by each of these configs.
    const one = await stoppedSite()
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
    const withFile = async (name: string, text: string, words: RegExp) => {
      const path = join(one.gateway.home, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { mode: 0o755 })
      await expect(one.trust.preview(one.inputs())).rejects.toThrow(words)
      rmSync(path)
    }
    const exported = `export OPENCLAW_GATEWAY_TOKEN=${strong()}\n`
    await withFile(
      "bin/start-gateway",
      `#!/bin/sh\n${exported}exec openclaw gateway run\n`,
      /~\/bin\/start-gateway has OPENCLAW_GATEWAY_TOKEN; expected none/,
    )
    writeFileSync(one.gateway.config, JSON.stringify({ ...plain, env: { shellEnv: { enabled: true } } }))
    await withFile(
      ".profile",
      exported,
      /~\/\.profile has OPENCLAW_GATEWAY_TOKEN, which openclaw loads by env\.shellEnv; expected none/,
    )
    writeFileSync(one.gateway.config, JSON.stringify({ ...plain, env: { vars: { OPENCLAW_LOAD_SHELL_ENV: "1" } } }))
    await withFile(
      ".bash_profile",
      "export OPENCLAW_GATEWAY_PASSWORD=left-here\n",
      /~\/\.bash_profile has OPENCLAW_GATEWAY_PASSWORD, which openclaw loads by env\.vars\.OPENCLAW_LOAD_SHELL_ENV/,
    )
    writeFileSync(one.gateway.config, before)
    writeFileSync(`${one.gateway.home}/.openclaw/.env`, "OPENCLAW_GATEWAY_TOKEN=left-behind-by-somebody\n")
    await expect(one.trust.preview(one.inputs())).rejects.toThrow(/\.env has OPENCLAW_GATEWAY_TOKEN; expected none/)
    await expect(one.trust.up(one.inputs())).rejects.toThrow(/Nothing was changed in its config/)
    expect(readFileSync(one.gateway.config, "utf8")).toBe(before)
  })

  test("a secret in the environment of its process keeps the product from starting", async () => {
    const one = await stoppedSite()
    await one.trust.up(one.inputs())
    const env = { OPENCLAW_GATEWAY_TOKEN: strong() }
    expect(await endOf(one.gateway.home, env)).toMatch(/a shared token is also configured/)
    // A login shell's export is such a secret, too.
    const plain = readFileSync(one.gateway.config, "utf8")
    writeFileSync(one.gateway.config, JSON.stringify({ ...JSON.parse(plain), env: { shellEnv: { enabled: true } } }))
    writeFileSync(join(one.gateway.home, ".profile"), `export OPENCLAW_GATEWAY_TOKEN=${strong()}\n`)
    expect(await endOf(one.gateway.home)).toMatch(/a shared token is also configured/)
    writeFileSync(one.gateway.config, plain)
    // What does not run is no drift: its config is right.
    expect(await one.settings()).toMatchObject({ settings: "as declared", code: "unknown" })
    expect(await one.trust.up(one.inputs())).toBe("same")
  })
})
