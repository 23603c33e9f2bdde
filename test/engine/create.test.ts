import { expect, test } from "vitest"
import { describeEngine, stack } from "../support/engine/engine.ts"

describeEngine("the first up", () => {
  test("writes every place, closes it to others, and the second changes nothing", async () => {
    const dev = await stack({
      places: {
        "studio secret file": { path: "~/.openclaw/gateway-token", locator: "*" },
        "tw config": { path: "~/deep/er/openclaw.json", locator: "gateway.remote.token" },
        "tw dotenv": { path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN" },
        "tw shadow": { path: "~/.env", locator: "CLAWDBOT_GATEWAY_TOKEN", must: "nothing" },
      },
    })
    const { preview } = await dev.deploy()
    expect(preview.steps).toContain("create tw config")
    const token = await dev.token()
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(dev.read(".openclaw/gateway-token")).toBe(`${token}\n`)
    expect(dev.read(".env")).toBe(`OPENCLAW_GATEWAY_TOKEN=${token}\n`)
    expect(JSON.parse(dev.read("deep/er/openclaw.json"))).toEqual({ gateway: { remote: { token } } })
    for (const name of dev.files()) expect([name, dev.mode(name)]).toEqual([name, "0600"])
    for (const name of [".openclaw", "deep", "deep/er"]) expect([name, dev.mode(name)]).toEqual([name, "0700"])

    const before = dev.look()
    const again = await dev.up()
    expect(again.steps).toEqual([])
    expect(dev.look()).toEqual(before)
  })

  test("writes a reference, and restores it when a token overwrites it", async () => {
    const reference = { source: "file", provider: "default", id: "~/.openclaw/gateway-token" }
    const studio = { path: "~/openclaw.json", locator: "gateway.auth.token", must: "reference" as const, reference }
    const dev = await stack({ places: { "studio config": studio } })
    dev.write("openclaw.json", "{ gateway: { auth: { mode: 'token' } } }\n", 0o644)
    await dev.deploy()
    const right = dev.read("openclaw.json")
    expect(right).toContain("~/.openclaw/gateway-token")
    dev.write("openclaw.json", `{ gateway: { auth: { mode: 'token', token: '${dev.foreign()}' } } }\n`)
    const { preview } = await dev.deploy()
    expect(preview.output).toMatch(/contains another token \(fp:\w{8}\); expected the reference to /)
    expect(dev.read("openclaw.json")).toContain("~/.openclaw/gateway-token")
    expect(dev.read("openclaw.json")).not.toMatch(/[0-9a-f]{64}/)
  })
})
