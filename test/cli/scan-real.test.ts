import { readFileSync, statSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { gatekey } from "../support/gatekey.ts"
import { connected, type Gateway, noProduct, type RunningNode, startGateway, startNode } from "../support/gateway.ts"

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
