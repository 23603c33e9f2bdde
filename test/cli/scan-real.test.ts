import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { gatekey } from "../support/gatekey.ts"
import {
  commandOf,
  connected,
  environmentOf,
  type Gateway,
  isReady,
  noProduct,
  type RunningNode,
  startGateway,
  startNode,
} from "../support/gateway.ts"
import { freePort } from "../support/listener.ts"
import { folder } from "../support/machine.ts"
import { strong } from "../support/tokens.ts"
import { lay } from "../support/tree.ts"
import { until } from "../support/until.ts"

const skip = noProduct("openclaw")

describe.skipIf(skip !== undefined)("a real gateway and a real node", { timeout: 240_000 }, () => {
  let gateway: Gateway
  let node: RunningNode
  beforeAll(async () => {
    gateway = await startGateway()
    node = startNode(gateway, "tw")
    await connected(gateway, "tw")
    await gateway.approve()
  }, 480_000)
  afterAll(async () => {
    await node?.stop()
    await gateway?.stop()
  }, 60_000)

  const configs = () =>
    [gateway.config, `${node.home}/.openclaw/openclaw.json`].map((path) => {
      const { mtimeMs, mode, ino } = statSync(path)
      return [readFileSync(path, "utf8"), mtimeMs, mode, ino]
    })
  const refusals = () => gateway.log().match(/unauthorized|rate.?limit/gi)?.length ?? 0

  it("is clean, and neither is changed nor refuses anything", async () => {
    const [before, refused] = [configs(), refusals()]
    const { code, stdout, stderr } = await gatekey(["scan", "--home", gateway.home, node.home], gateway.home)
    expect([code, stdout.split("\n")[0], stderr]).toEqual([
      0,
      expect.stringMatching(
        /^Clean: .* takes the token of its files; 1 node presents nothing that would be refused\.$/,
      ),
      "",
    ])
    expect(stdout).toMatch(/ gateway\.auth\.token +A .*\(wins\)/)
    expect(stdout).toMatch(/ gateway\.remote\.token +A .*\(wins\)/)
    expect([configs(), refusals()]).toEqual([before, refused])
  })

  it("goes the node's way, step by step", async () => {
    const refused = refusals()
    const { code, stdout } = await gatekey(
      ["doctor", "tw", "--json", "--home", node.home, "--gateway", "local"],
      gateway.home,
    )
    const { steps } = JSON.parse(stdout) as { steps: { step: string; is: string; says: string }[] }
    expect(steps.filter(({ is }) => is === "WRONG")).toEqual([])
    expect(code).toBe(0)
    const of = (name: string) => steps.find(({ step }) => step === name)
    expect(of("http")).toMatchObject({ says: "/healthz HTTP 200", is: "ok" })
    expect(of("verdict")).toMatchObject({ says: "accepted", is: "ok" })
    expect(of("pairing")).toMatchObject({ says: "approved, connected", is: "ok" })
    expect(refusals()).toBe(refused)
  })
})

describe.skipIf(skip !== undefined)("a real gateway whose files are elsewhere", { timeout: 300_000 }, () => {
  it.each([
    ["STATE_DIR", "srv/claw", "srv/claw/openclaw.json"],
    ["CONFIG_PATH", "srv/mine.json", "srv/mine.json"],
    ["HOME", "srv", "srv/.openclaw/openclaw.json"],
  ])("as OPENCLAW_%s says, is found with them", async (end, place, config) => {
    const [home, port, token] = [folder(), await freePort(), strong()]
    lay(home, {
      [config]: JSON.stringify({ gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token", token } } }),
      ".openclaw/openclaw.json": `{gateway:{mode:"local",port:${port},auth:{token:"${strong()}"}}}`,
      "tmp/keep": "",
    })
    const [program = "", ...words] = commandOf("openclaw", "gateway", "run")
    const env = { ...environmentOf("openclaw", home), [`OPENCLAW_${end}`]: join(home, place) }
    const child = spawn(program, words, { cwd: home, env, stdio: "ignore" })
    const ended = once(child, "exit")
    onTestFinished(async () => {
      child.kill("SIGKILL")
      await ended
    })
    await until(() => isReady("openclaw", port), 240_000)
    const { code, stdout } = await gatekey(["scan", "--home", home])
    expect([code, stdout]).toEqual([0, expect.stringContaining("takes the token of its files")])
    expect(stdout).toMatch(new RegExp(`~/${config} gateway\\.auth\\.token +A .*\\(wins\\)`))
    expect(stdout).toMatch(/~\/\.openclaw\/openclaw\.json gateway\.auth\.token +B +/)
  })
})
