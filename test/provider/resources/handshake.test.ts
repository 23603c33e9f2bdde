import { X509Certificate } from "node:crypto"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import type { Member } from "../../../survey/collect/member.ts"
import { passageOf } from "../../../survey/collect/wire.ts"
import type { Raw } from "../../support/engine/wire.ts"
import { type Rotations, rotations } from "../../support/fleets/rotations.ts"
import { type Farm, noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"
import { reload } from "../../support/products/deaf.ts"
import { type Gateway, homeOf, noProduct, startGateway } from "../../support/products/gateway.ts"
import { startProduct } from "../../support/products/product-process.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"
import { until } from "../../support/until.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const at = ({ port, product }: Gateway): Raw => ({ port, product })

const missing = noProduct("openclaw")
describe.skipIf(missing)(`a real gateway${missing ? ` (${missing})` : ""}`, () => {
  let gateway: Gateway
  let handshake: Rotations

  beforeAll(async () => {
    gateway = await startGateway("openclaw", strong(), true, { bind: "lan" })
    handshake = rotations(gateway, "Handshake", at(gateway))
  })
  afterAll(() => gateway?.stop())

  test("that takes the token is right, and nothing is said", async () => {
    expect(await handshake.up(1)).toEqual({ step: "create", told: [], error: undefined })
    expect(handshake.output("verdict")).toBe("accepted")
    expect(await handshake.preview(1)).toEqual({ step: "same", told: [], error: undefined })
  })

  test("that takes another one fails the `up`, and each preview says so until it is mended", async () => {
    const wrong = strong()
    writeFileSync(gateway.secretFile, wrong)
    await reload(gateway, handshake.value(1))
    const { step, told } = await handshake.preview(1)
    expect([step, ...told].join("\n")).toMatch(/^update\nrefused: AUTH_TOKEN_MISMATCH\. /)
    expect((await handshake.up(1)).error).toMatch(/^refused: AUTH_TOKEN_MISMATCH\. /)
    writeFileSync(gateway.secretFile, handshake.value(1))
    await reload(gateway, wrong)
    expect(await handshake.up(1)).toEqual({ step: "same", told: [], error: undefined })
  })

  describe.skipIf(noSshHosts)(`from a node's host${noSshHosts ? ` (${noSshHosts})` : ""}`, () => {
    let farm: Farm
    let from: string
    let lan: string

    beforeAll(async () => {
      farm = await startFarm(1)
      vi.stubEnv("GATEKEY_SSH_CONFIG", farm.config)
      from = `ssh://${farm.host(1).name}`
      lan = farm.host(1).address.replace(/\d+$/, "254")
    })
    afterAll(async () => {
      vi.unstubAllEnvs()
      await farm?.stop()
    })

    test.each([
      ["its route leads there", () => `ws://${lan}:${gateway.port}`, undefined, "accepted"],
      [
        "its own loopback is another",
        () => `ws://127.0.0.1:${gateway.port}`,
        /^no gateway: connection refused\. .* at 127\.0\.0\.1:\d+ from the node/,
        undefined,
      ],
      [
        "ssh listens there",
        () => `ws://${lan.replace(/254$/, "1")}:22`,
        /^not a gateway: it does not speak HTTP/,
        undefined,
      ],
    ])("%s", async (_, url, error, verdict) => {
      const one = rotations(gateway, "Handshake", { ...at(gateway), from })
      const ran = await one.up(1, { url: url() })
      if (error) expect(ran.error).toMatch(error)
      else expect(ran).toEqual({ step: "create", told: [], error: undefined })
      expect(one.output("verdict")).toBe(verdict)
    })

    test("its route is that of its last start, whatever its config says; one that is not known is told once", async () => {
      const one = rotations(gateway, "Handshake", { ...at(gateway), from, config: "~/openclaw.json" })
      const config = { gateway: { remote: { url: `ws://${lan}:${gateway.port}` } } }
      writeFileSync(join(farm.host(1).home, "openclaw.json"), JSON.stringify(config))
      expect((await one.up(1)).told).toEqual([
        "its route to the gateway is not known, as it never ran there. Set url on the node, such as ws://studio.local:18789",
      ])
      expect((await one.up(1)).step).toBe("same")
      lay(farm.host(1).home, {
        "state/openclaw.sqlite": `\0\u0001nodeHost.config{"gateway":{"host":"${lan}","port":${gateway.port}}}\0`,
      })
      expect((await one.up(1)).error).toBeUndefined()
      expect(one.output("verdict")).toBe("accepted")
    })

    test("a node that has no token shows none, and reaches it", async () => {
      const one = rotations(gateway, "Handshake", { ...at(gateway), from, shows: "nothing" })
      expect((await one.up(1, { url: `ws://${lan}:${gateway.port}` })).error).toBeUndefined()
      expect(one.output("verdict")).toBe("answers")
    })

    test("no wrong token is shown from there: where the gateway's own is refused, that alone is told", async () => {
      const one = rotations(gateway, "Handshake", { ...at(gateway), from, url: `ws://${lan}:${gateway.port}` })
      await one.up(1)
      const { told, error } = await one.up(2)
      expect([error, ...told]).toEqual([undefined, "the gateway's own: refused: AUTH_TOKEN_MISMATCH"])
    })
  })

  test("a real node's route is where it connects, and not what its config says", async () => {
    const remote = { url: `ws://127.0.0.1:${gateway.port}`, token: gateway.token }
    const home = homeOf("openclaw", { gateway: { mode: "remote", remote } })
    const { stop } = startProduct("openclaw", home, ["node", "run", "--host", "127.0.0.1", "--port", "9"])
    const config = join(home, ".openclaw/openclaw.json")
    await until(() => existsSync(join(home, ".openclaw/state/openclaw.sqlite")), 100_000)
    const refused = async () => {
      const one = rotations(gateway, "Handshake", { ...at(gateway), from: "local", config })
      return (await one.up(1)).error
    }
    await until(
      async () => /^no gateway: connection refused\. .* at 127\.0\.0\.1:9 /.test((await refused()) ?? ""),
      100_000,
    )
    await stop()
    rmSync(home, { recursive: true })
  })

  test("that ends is told, not failed", async () => {
    await handshake.up(1)
    await gateway.end()
    expect(await handshake.up(1)).toMatchObject({ step: "update", told: ["no gateway: connection refused"] })
    expect(await handshake.up(1)).toEqual({ step: "same", told: [], error: undefined })
  })
})

describe.skipIf(missing)("a real gateway with TLS", () => {
  let gateway: Gateway
  const print = () => {
    const file = join(gateway.home, ".openclaw/gateway/tls/gateway-cert.pem")
    return new X509Certificate(readFileSync(file)).fingerprint256
  }
  beforeAll(async () => {
    gateway = await startGateway("openclaw", strong(), false, { tls: { enabled: true } })
  })
  afterAll(() => gateway?.stop())

  test("is named to a scan where a node's way is without TLS", async () => {
    const member = { product: "openclaw" } as Member
    // A scan gives each way four seconds, which a busy machine may need: then it says no more than that.
    const passage = async (url: string) => {
      for (;;) {
        const one = await passageOf("local", member, url, undefined)
        if (one?.verdict.kind !== "no gateway" || !one.verdict.reason.includes("timed out")) return one
      }
    }
    const { verdict, lacksTls } = (await passage(`ws://127.0.0.1:${gateway.port}`)) ?? {}
    expect([verdict?.kind, lacksTls]).toEqual([expect.stringMatching(/^(?:no gateway|not a gateway)$/), true])
    const secured = await passage(`wss://127.0.0.1:${gateway.port}`)
    expect(secured).toMatchObject({
      verdict: { kind: "answers" },
      certificate: print().replaceAll(":", "").toLowerCase(),
    })
    expect(secured).not.toHaveProperty("lacksTls")
  })

  test.each([
    ["by its fingerprint", () => ({ tlsFingerprint: print() }), undefined],
    [
      "by its fingerprint in another spelling",
      () => ({ tlsFingerprint: print().replaceAll(":", "").toLowerCase() }),
      undefined,
    ],
    [
      "not by another",
      () => ({ tlsFingerprint: "ab".repeat(32) }),
      /^TLS fingerprint differs\. Compare the certificate/,
    ],
    ["not without one", () => ({}), /^no gateway: the connection was cut|^not a gateway/],
  ])("is known %s", async (_, more, error) => {
    const one = rotations(gateway, "Handshake", { ...at(gateway), ...more() })
    const ran = await one.up(1)
    if (error) expect(ran.error ?? ran.told.join("\n")).toMatch(error)
    else expect(ran).toEqual({ step: "create", told: [], error: undefined })
  })
})
