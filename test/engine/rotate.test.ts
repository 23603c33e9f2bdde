import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { computeFingerprint } from "../../core/ring.ts"
import { describeEngine, openStack, type Stack } from "../support/engine/engine.ts"
import type { TokenDeclaration } from "../support/engine/program.ts"

const places = {
  "studio secret file": { path: "~/gateway-token", locator: "*" },
  "tw config": { path: "~/openclaw.json", locator: "gateway.remote.token" },
  "tw dotenv": { path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN" },
}
const updates = [...Object.keys(places), "token"].map((name) => `update ${name}`).sort()

describeEngine("rotation", () => {
  let dev: Stack
  const contents: Record<number, Record<string, string>> = {}
  const files = () => Object.fromEntries(dev.files().map((name) => [name, dev.read(name)]))
  const declare = (token: TokenDeclaration) => dev.declare({ token, places })
  const printOf = async (generation: number) => {
    const { key, kept } = await dev.generations()
    return computeFingerprint(key, kept.find((each) => each.generation === generation)?.value ?? "")
  }

  beforeAll(async () => {
    dev = await openStack({ places })
    dev.write("openclaw.json", "{\n  // by hand\n  gateway: { remote: { url: 'ws://studio:18789' } },\n}\n")
    expect((await dev.up("--skip-preview")).code).toBe(0)
    contents[1] = files()
  })
  afterAll(() => dev?.dispose())

  test("a rotation is previewed with its fingerprint, and the plan made from that succeeds", async () => {
    const print = await printOf(1)
    declare({ rotation: 2 })
    const plan = join(dev.folder, "plan.json")
    const preview = await dev.preview("--diff", `--save-plan=${plan}`)
    expect(preview.steps).toEqual(updates)
    const lines = [...preview.output.matchAll(/~ holds: "generation 1 \((fp:\w+)\)" => "generation 2 \((fp:\w+)\)"/g)]
    expect(lines.map(([, before]) => before)).toEqual([print, print, print])
    expect(files()).toEqual(contents[1])

    const up = await dev.up(`--plan=${plan}`)
    expect(up.code, up.output).toBe(0)
    expect(up.steps).toEqual(preview.steps)
    const coming = await printOf(2)
    expect(lines.map(([, , after]) => after)).toEqual([coming, coming, coming])
    expect(coming).not.toBe(print)
    await dev.settled()
    contents[2] = files()
  })

  test("a plain preview of a rotation shows both generations at each place", async () => {
    declare({ rotation: 3 })
    const { diagnostics, output } = await dev.preview()
    const before = await printOf(2)
    for (const name of Object.keys(places)) {
      const said = diagnostics.filter((each) => each.name === name)
      expect(said, output).toHaveLength(1)
      expect(said[0]?.severity).toBe("info")
      expect(said[0]?.message).toMatch(/^generation 2 \(fp:\w{8}\) => generation 3 \(fp:\w{8}\)$/)
      expect(said[0]?.message).toContain(before)
    }
  })

  test("a rotation back restores the exact previous bytes", async () => {
    declare({ rotation: 1 })
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(updates)
    expect(files()).toEqual(contents[1])
  })

  test("a rotation forward to a kept generation restores its token", async () => {
    declare({ rotation: 2 })
    await dev.deploy()
    expect(files()).toEqual(contents[2])
  })

  test("after going back promotes a fresh token under a new number", async () => {
    declare({ rotation: 1 })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    const { next } = await dev.generations()
    declare({ rotation: 3 })
    await dev.deploy()
    expect(await dev.token()).toBe(next)
    expect(Object.values(contents).map((each) => each["gateway-token"])).not.toContain(dev.read("gateway-token"))
    contents[3] = files()
  })

  test("keeps three generations, and lists them if another is requested", async () => {
    declare({ rotation: 4 })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    contents[4] = files()
    const kept = (await dev.generations()).kept.map(({ generation }) => generation)
    expect(kept).toHaveLength(3)
    const forgotten = [1, 2, 3].find((generation) => !kept.includes(generation)) ?? 0
    declare({ rotation: forgotten })
    expect((await dev.refused()).output).toContain(
      `generation ${forgotten} is not kept (kept: ${kept.join(", ")}); name one of those, or raise rotation to 5`,
    )
  })

  test.each([
    {
      name: "marked compromised",
      token: { rotation: 3, compromised: [3] },
      message: "generation 3 is marked compromised",
    },
    { name: "not whole", token: { rotation: 1.5 }, message: "must be an integer, 1 or more" },
    { name: "below one", token: { rotation: 0 }, message: "must be an integer, 1 or more" },
    {
      name: "with an age without unit",
      token: { rotation: 5, maxAge: "30" },
      message: "must be a number with a unit, such as 30d",
    },
  ])("a rotation to a number $name is rejected, and nothing is written", async ({ token, message }) => {
    declare(token)
    expect((await dev.refused()).output).toContain(message)
  })

  test("keep: 1 keeps only the generation in force", async () => {
    declare({ rotation: 4, keep: 1 })
    await dev.deploy()
    expect((await dev.generations()).kept.map(({ generation }) => generation)).toContain(4)
    expect(files()).toEqual(contents[4])
  })

  test("reports a place with a generation that is no longer kept, and repairs it", async () => {
    dev.write("gateway-token", contents[1]?.["gateway-token"] ?? "")
    const { preview } = await dev.deploy()
    expect(preview.diagnostics.map(({ message }) => message).join("\n")).toContain("generation 1, an older token")
  })

  test("a preview reports since when a rotation is due, and plans nothing", async () => {
    declare({ rotation: 4, maxAge: "1s" })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    const today = new Date().toISOString().slice(0, 10)
    const preview = await dev.preview("--expect-no-changes")
    expect(preview.code, preview.output).toBe(0)
    expect(preview.steps).toEqual([])
    expect(preview.diagnostics).toEqual([
      {
        name: "token",
        severity: "warning",
        message: `generation 4 is due since ${today}; rotate: raise gatekey:token.rotation to 5`,
      },
    ])
    const before = dev.look()
    expect((await dev.up()).steps).toEqual([])
    expect(dev.look()).toEqual(before)
  })

  test("a rotation with a drifted place repairs and rotates it in one up", async () => {
    declare({ rotation: 5 })
    dev.write(".env", `OPENCLAW_GATEWAY_TOKEN=${dev.foreign()}\n`)
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(updates)
    expect(preview.output).toContain("contains another token (fp:")
    expect(dev.read(".env")).toBe(`OPENCLAW_GATEWAY_TOKEN=${await dev.token()}\n`)
  })
})
