import { expect, test } from "vitest"
import { describeEngine, stack } from "../support/engine/engine.ts"
import type { PlaceDeclaration } from "../support/engine/program.ts"

const config = { path: "~/openclaw.json", locator: "gateway.remote.token" }
const dotenv = { path: "~/.env", locator: "T" }

describeEngine("the first up over a live value that is not known", () => {
  test("overwriting unknown values is rejected in the preview, naming every such place and two fixes", async () => {
    const places: Record<string, PlaceDeclaration> = {
      "tw config": config,
      "tw dotenv": dotenv,
      "tw secret file": { path: "~/token", locator: "*" },
      "tw profile": { path: "~/.zshrc", locator: "T", must: "nothing" },
    }
    const dev = await stack({ places })
    dev.write("openclaw.json", `{ gateway: { remote: { token: "${dev.foreign()}" } } }\n`)
    dev.write(".env", `T=${dev.foreign()}\n`)
    dev.write(".zshrc", `export T=${dev.foreign()}\n`)
    const { output, diagnostics } = await dev.refused()
    for (const { path, locator } of [config, dotenv, { path: "~/.zshrc", locator: "T" }]) {
      const id = `local|${path}|${locator}`
      expect(output).toContain(`${id} contains another token, which gatekey does not know and will not overwrite`)
      expect(output).toContain(`gatekey:token.adopt: {from: "${id}"}`)
    }
    expect(output).toContain("or set overwrite: true on this place")
    expect(diagnostics.map(({ name }) => name)).not.toContain("tw secret file")

    dev.declare({
      places: Object.fromEntries(Object.entries(places).map(([name, place]) => [name, { ...place, overwrite: true }])),
    })
    const { preview } = await dev.deploy()
    expect(preview.output).toContain("contains another token")
    const token = await dev.token()
    expect(dev.read(".env")).toBe(`T=${token}\n`)
    expect(dev.read("openclaw.json")).toBe(`{ gateway: { remote: { token: "${token}" } } }\n`)
    expect(dev.read(".zshrc")).toBe("")
  })

  test("overwriting an unknown value of a place added later is rejected too", async () => {
    const dev = await stack({ places: { "tw config": config } })
    await dev.deploy()
    dev.write(".env", `T=${dev.foreign()}\n`)
    dev.declare({ places: { "tw config": config, "tw dotenv": dotenv } })
    const { output } = await dev.refused()
    expect(output).toMatch(/local\|~\/\.env\|T contains another token \(fp:\w{8}\), which gatekey does not know/)
  })

  test("overwrite is not needed if a place contains a public default or the token itself", async () => {
    const dev = await stack({ places: { "tw config": config } })
    await dev.deploy()
    dev.write(".env", `T=${await dev.token()}\n`)
    dev.write(".zshrc", "export T='changeme'\n")
    const before = dev.look()[".env"]
    dev.declare({
      places: { "tw config": config, "tw dotenv": dotenv, "tw profile": { path: "~/.zshrc", locator: "T" } },
    })
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(["create tw dotenv", "create tw profile"])
    expect(dev.look()[".env"]).toBe(before)
    expect(dev.read(".zshrc")).toBe(`export T='${await dev.token()}'\n`)
  })

  test("overwrite is needed again when a place refers to another file", async () => {
    const dev = await stack({ places: { "tw config": config } })
    await dev.deploy()
    dev.write("moved.json", `{ gateway: { remote: { token: "${dev.foreign()}" } } }\n`)
    dev.declare({ places: { "tw config": { ...config, path: "~/moved.json" } } })
    expect((await dev.refused()).output).toContain("which gatekey does not know")
  })
})
