import { describe, expect, it } from "vitest"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { gatewayDouble } from "../../support/products/gateway-double.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const gateway = (port: number, token: string) =>
  `{gateway:{mode:"local",port:${port},auth:{mode:"token",token:"${token}"}}}`
const node = (port: number, token: string) =>
  `{gateway:{mode:"remote",remote:{url:"ws://127.0.0.1:${port}",token:"${token}"}}}`

const wrongIn = (shown: readonly string[], right: string) =>
  shown.map((line) => line.split(" ")[1]).filter((token) => token !== "-" && token !== right)

describe.each(["scan", "doctor"])("tries by %s", (command) => {
  const words = (...homes: string[]) =>
    command === "scan" ? ["scan", "--home", ...homes] : ["doctor", "--home", homes[0] ?? "", "--gateway", "local"]

  it("are none that fail, where the files are right", async () => {
    const [home, token] = [folder(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, { ".openclaw/openclaw.json": gateway(port, token) })
    const { code, stdout } = await gatekey(words(home), home)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Clean: |no problem was found/)])
    expect(wrongIn(shown(), token)).toEqual([])
    // With the token: whether it takes it, and what it knows of devices.
    expect(shown().filter((line) => line === `ws ${token}`)).toHaveLength(2)
  })

  it("are three, where the gateway takes another token than its files have", async () => {
    const [home, token, ...stale] = [folder(), strong(), strong(), strong(), strong(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, {
      ".openclaw/openclaw.json": gateway(port, stale[0] ?? ""),
      ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${stale[1]}\n`,
      "bin/start": [`#!/bin/sh\nexec openclaw gateway run --token ${stale[2]}\n`, 0o700],
      ".openclaw/openclaw.json.bak": gateway(port, stale[3] ?? ""),
    })
    const { code, stdout } = await gatekey(words(home), home)
    expect([code, stdout]).toEqual([1, expect.stringContaining("rejects the token that its own files give it")])
    expect(wrongIn(shown(), token)).toEqual(stale.slice(0, 3))
  })

  it.each([
    ["one, where the limit of the gateway leaves five", 5, 1],
    ["none, where two would lock its clients out", 2, 0],
  ])("are %s attempts also to the loopback", async (_, maxAttempts, most) => {
    const [home, token, ...stale] = [folder(), strong(), strong(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    const rateLimit = `,rateLimit:{maxAttempts:${maxAttempts},exemptLoopback:false}`
    lay(home, {
      ".openclaw/openclaw.json": gateway(port, stale[0] ?? "").replace(/(?=}}}$)/, rateLimit),
      ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${stale[1]}\n`,
      ".openclaw/openclaw.json.bak": gateway(port, token),
    })
    const { code, stdout } = await gatekey(words(home), home)
    expect(wrongIn(shown(), token)).toEqual(stale.slice(0, most))
    if (most === 0) expect([code, stdout]).toEqual([2, expect.stringMatching(/rateLimit locks an address out after 2/)])
  })

  it("are as many as it takes to find the token of the script that started it", async () => {
    const [home, token, stale] = [folder(), strong(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, {
      ".openclaw/openclaw.json": gateway(port, stale),
      "bin/start": [`#!/bin/sh\nexec openclaw gateway run --token ${token}\n`, 0o700],
    })
    const { code, stdout } = await gatekey(words(home), home)
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/--token in a script \(~\/bin\/start\) overrides the config/),
    ])
    expect(wrongIn(shown(), token)).toEqual([stale])
  })

  it("are none with what another host's gateway accepts", async () => {
    const [home, token] = [folder(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, {
      ".openclaw/openclaw.json": `{gateway:{mode:"local",port:${port},remote:{url:"wss://far.example",token:"${strong()}"}}}`,
      "bin/ask.sh": [`#!/bin/sh\nopenclaw gateway status --url wss://far.example:18789 --token ${strong()}\n`, 0o700],
      ".config/systemd/user/openclaw-node.service": `[Service]\nExecStart=/usr/bin/openclaw node run\nEnvironment=OPENCLAW_GATEWAY_TOKEN=${strong()}\n`,
    })
    const { stdout } = await gatekey(words(home), home)
    expect(wrongIn(shown(), token)).toEqual([])
    expect(stdout).not.toContain("has no token: it generates one")
  })

  it("are none with what other configs on the same port have", async () => {
    const [home, token] = [folder(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, {
      ".openclaw/openclaw.json": gateway(port, token),
      ".openclaw-work/openclaw.json": gateway(port, strong()),
      ".clawdbot/clawdbot.json": gateway(port, strong()),
    })
    await gatekey(words(home), home)
    expect(wrongIn(shown(), token)).toEqual([])
  })

  it("are none with a node's wrong token, which is named all the same", async () => {
    const [home, other, token] = [folder(), folder(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, { ".openclaw/openclaw.json": gateway(port, token) })
    lay(other, { ".openclaw/openclaw.json": node(port, strong()) })
    const { code, stdout } = await gatekey(words(other, home), home)
    expect([code, stdout]).toEqual([1, expect.stringMatching(/ will be rejected: .* sends B, but .* accepts A/)])
    expect(wrongIn(shown(), token)).toEqual([])
  })

  it("shows a node's right token once", async () => {
    const [home, other, token] = [folder(), folder(), strong()]
    const { port, shown } = await gatewayDouble(home, token)
    lay(home, { ".openclaw/openclaw.json": gateway(port, token) })
    lay(other, { ".openclaw/openclaw.json": node(port, token) })
    await gatekey(words(other, home), home)
    expect(shown().filter((line) => line === `http ${token}`)).toHaveLength(1)
    expect(wrongIn(shown(), token)).toEqual([])
  })
})
