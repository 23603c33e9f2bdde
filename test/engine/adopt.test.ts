import { randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { describeEngine, type Stack, stack } from "../support/engine/engine.ts"
import type { Fleet } from "../support/engine/program.ts"

const places = {
  "tw config": { path: "~/openclaw.json", locator: "gateway.remote.token" },
  "tw dotenv": { path: "~/.env", locator: "T" },
  "tw profile": { path: "~/.zshrc", locator: "T" },
}
const adoptFrom = (dev: Stack, name: string, locator: string): Fleet => ({
  token: { adopt: { from: `local|${dev.at(name)}|${locator}` } },
  places,
})

/** Every place holds the value, as an independent look tells. */
const holding = (dev: Stack) => [
  (JSON.parse(dev.read("openclaw.json")) as { gateway: { remote: { token: string } } }).gateway.remote.token,
  /^T=(.*)$/m.exec(dev.read(".env"))?.[1],
  /^export T='(.*)'$/m.exec(dev.read(".zshrc"))?.[1],
]

describeEngine("adopting the token in use", () => {
  test("adopts a strong token from its place as the first generation, and keeps that file", async () => {
    const dev = await stack({ places })
    const value = dev.foreign()
    dev.write(".env", `# by hand\nT=${value}\n`)
    const before = dev.look()[".env"]
    dev.declare(adoptFrom(dev, ".env", "T"))
    const { preview } = await dev.deploy()
    expect(preview.diagnostics).toEqual([])
    expect(holding(dev)).toEqual([value, value, value])
    expect(dev.look()[".env"]).toBe(before)
    expect(await dev.generations()).toMatchObject({ current: 1, kept: [{ generation: 1, value }] })

    dev.declare({ ...adoptFrom(dev, ".env", "T"), token: { ...adoptFrom(dev, ".env", "T").token, rotation: 2 } })
    await dev.deploy()
    expect(dev.read(".env")).toBe(`# by hand\nT=${await dev.token()}\n`)
    expect(await dev.token()).not.toBe(value)
  })

  test("adopts a strong token from a Pulumi secret", async () => {
    const dev = await stack({ token: { adopt: { secret: true } }, places })
    const value = dev.hide(`$${randomBytes(24).toString("base64url")}"$(x)`)
    await dev.secret("adopt", value)
    dev.write("openclaw.json", JSON.stringify({ gateway: { remote: { token: value } } }))
    await dev.deploy()
    expect(holding(dev)[0]).toBe(value)
    expect(await dev.token()).toBe(value)
  })

  test.each([
    { name: "a public default", value: () => "clawdbot-local-dev", why: "is a public default" },
    { name: "a short one", value: () => randomBytes(8).toString("hex"), why: "has 8 bytes when decoded" },
    { name: "a monotonous one", value: () => "Ab".repeat(24), why: "has fewer than 8 different characters" },
  ])("adopts $name as generation 0, and rotates it in the same first up", async ({ value, why }) => {
    const dev = await stack({ places })
    const weak = dev.hide(value())
    dev.write(".env", `T=${weak}\n`)
    dev.write(".zshrc", `export T='${weak}'\n`)
    dev.declare(adoptFrom(dev, ".env", "T"))
    const { preview } = await dev.deploy()
    expect(preview.output).toContain(`the adopted token ${why}`)
    const token = await dev.token()
    expect(holding(dev)).toEqual([token, token, token])
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(await dev.generations()).toMatchObject({
      current: 1,
      kept: [{ generation: 0, value: weak }, { generation: 1 }],
    })
  })

  test("reports a weak token that a place still contains, and never restores it", async () => {
    const dev = await stack({ places })
    dev.write(".env", "T=clawdbot-local-dev\n")
    dev.declare(adoptFrom(dev, ".env", "T"))
    expect((await dev.up("--skip-preview")).code).toBe(0)
    dev.write(".env", "T=clawdbot-local-dev\n")
    const drift = await dev.preview()
    expect(drift.output).toContain("contains generation 0, the previous token (fp:")
    dev.declare({ ...adoptFrom(dev, ".env", "T"), token: { ...adoptFrom(dev, ".env", "T").token, rotation: 0 } })
    await dev.refused()
  })

  test("is refused in the preview where there is none to take", async () => {
    const dev = await stack({ places })
    dev.write("empty.env", "A=1\n")
    dev.write("expression.sh", 'export T="$ELSEWHERE"\n')
    dev.write("broken.json", '{ "a": [1,\n')
    const wrong = [
      { path: "absent.env", locator: "T", message: "the file is missing" },
      { path: "empty.env", locator: "T", message: "the place contains no token" },
      { path: "expression.sh", locator: "T", message: "the place contains no token" },
      { path: "broken.json", locator: "gateway.token", message: "line 1, column 8" },
    ]
    for (const { path, locator, message } of wrong) {
      dev.declare(adoptFrom(dev, path, locator))
      const { output } = await dev.refused()
      expect(output).toContain(message)
      expect(output).toContain(path)
    }
  })

  test("a preview rejects the adoption of a value that places cannot all contain, without showing it", async () => {
    const dev = await stack({ token: { adopt: { secret: true } }, places })
    const values = {
      "contains a line break": `${randomBytes(16).toString("hex")}\n${randomBytes(16).toString("hex")}`,
      "contains a space, a control or a non-ASCII character": `${randomBytes(24).toString("hex")}é`,
    }
    for (const [message, value] of Object.entries(values)) {
      await dev.secret("adopt", value)
      expect((await dev.refused()).output).toContain(message)
    }
  })
})
