import { afterAll, beforeAll, expect, test } from "vitest"
import { describeEngine, openStack, type Stack, stack } from "../support/engine/engine.ts"
import type { PlaceDeclaration } from "../support/engine/program.ts"

const config: PlaceDeclaration = { path: "~/openclaw.json", locator: "gateway.remote.token" }
const dotenv: PlaceDeclaration = { path: "~/.env", locator: "T", serves: "tw cannot connect any more" }
const secretFile: PlaceDeclaration = { path: "~/gateway-token", locator: "*" }

describeEngine("a place whose resource changes its name", () => {
  let dev: Stack
  let before: Readonly<Record<string, string>>

  beforeAll(async () => {
    dev = await openStack({ places: { "tw config": config, "tw dotenv": dotenv, "tw secret file": secretFile } })
    dev.write("openclaw.json", "{ gateway: { remote: {} } }\n")
    expect((await dev.up("--skip-preview")).code).toBe(0)
    before = dev.look()
  })
  afterAll(() => dev?.dispose())

  test("keeps its token and its file untouched when it is renamed", async () => {
    dev.declare({ places: { "den config": config, "den dotenv": dotenv, "den secret file": secretFile } })
    const { preview, up } = await dev.deploy()
    expect(preview.steps).toContain("create den config")
    expect(preview.steps).toContain("delete tw config")
    expect(up.diagnostics).toEqual([])
    expect(dev.look()).toEqual(before)
  })

  test("and when it moves under another component", async () => {
    const within = "den"
    dev.declare({
      places: {
        "den config": { ...config, within },
        "den dotenv": { ...dotenv, within },
        "den secret file": { ...secretFile, within },
      },
    })
    await dev.deploy()
    expect(dev.look()).toEqual(before)
  })

  test("and when one is renamed while another, in the same file, goes", async () => {
    const second = { ...dotenv, locator: "U" }
    dev.declare({ places: { "den dotenv": dotenv, "den second": second } })
    await dev.deploy()
    expect(dev.read(".env")).toBe(`T=${await dev.token()}\nU=${await dev.token()}\n`)
    expect(dev.exists("gateway-token")).toBe(false)
    dev.declare({ places: { "tw second": second } })
    await dev.deploy()
    expect(dev.read(".env")).toBe(`U=${await dev.token()}\n`)
  })

  test("and when the stack is renamed", async () => {
    before = dev.look()
    const renamed = await dev.pulumi("stack", "rename", "home")
    expect(renamed.code, renamed.output).toBe(0)
    await dev.settled()
    const up = await dev.up()
    expect(up.code, up.output).toBe(0)
    expect(up.steps).toEqual([])
    expect(dev.look()).toEqual(before)
  })
})

describeEngine("a place that goes", () => {
  test("a place is written again and the old one removed when its path changes", async () => {
    const dev = await stack({ places: { "tw dotenv": dotenv, "tw secret file": secretFile } })
    dev.write(".env", "A=1\n")
    await dev.deploy()
    const token = await dev.token()
    dev.declare({
      places: {
        "tw dotenv": { ...dotenv, path: "~/new/.env" },
        "tw secret file": { ...secretFile, path: "~/new/token" },
      },
    })
    const { preview } = await dev.deploy()
    expect(preview.output).toMatch(/\+-2 to replace/)
    expect(dev.files()).toEqual([".env", "new/.env", "new/token"])
    expect(dev.read(".env")).toBe("A=1\n")
    expect(dev.read("new/.env")).toBe(`T=${token}\n`)

    dev.declare({ places: { "tw dotenv": dotenv } })
    await dev.deploy()
    expect(dev.read(".env")).toBe(`A=1\nT=${token}\n`)
  })

  test("a token is removed from its file if it is the stack's, and kept if it is not", async () => {
    const dev = await stack({ places: { "tw config": config, "tw dotenv": dotenv, "tw secret file": secretFile } })
    dev.write("openclaw.json", "{ gateway: { remote: { url: 'x' } } } // by hand\n")
    await dev.deploy()
    const foreign = dev.foreign()
    dev.write(".env", `T=${foreign}\n`)
    dev.declare({ places: {} })
    const preview = await dev.preview()
    expect(preview.steps).toEqual(["delete tw config", "delete tw dotenv", "delete tw secret file"])
    const up = await dev.up()
    expect(up.code, up.output).toBe(0)
    expect(up.steps).toEqual(preview.steps)
    expect(up.diagnostics).toEqual([
      {
        name: "tw dotenv",
        severity: "warning",
        message: expect.stringMatching(/^contains another token \(fp:\w{8}\), which is not the stack's/),
      },
    ])
    expect(dev.read(".env")).toBe(`T=${foreign}\n`)
    expect(dev.read("openclaw.json")).toBe("{ gateway: { remote: { url: 'x' } } } // by hand\n")
    expect(dev.exists("gateway-token")).toBe(false)
    await dev.settled()
  })

  test("destroy's preview reports what stops working; a protected Token prevents it", async () => {
    const places = { "tw config": config, "tw dotenv": dotenv }
    const dev = await stack({ token: { options: { protect: true } }, places })
    await dev.deploy()
    const before = dev.look()
    const refused = await dev.pulumi("destroy", "--yes")
    expect(refused.code).not.toBe(0)
    expect(refused.output).toContain("protect")
    expect(dev.look()).toEqual(before)

    dev.declare({ places })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    const preview = await dev.pulumi("destroy", "--preview-only")
    expect(preview.code, preview.output).toBe(0)
    expect(preview.diagnostics).toContainEqual({
      name: "tw dotenv",
      severity: "warning",
      message: "destroy removes the token here: tw cannot connect any more",
    })
    expect(dev.look()).toEqual(before)
    const destroyed = await dev.pulumi("destroy", "--yes")
    expect(destroyed.code, destroyed.output).toBe(0)
    expect(JSON.stringify(dev.files().map((name) => dev.read(name)))).not.toMatch(/[0-9a-f]{64}/)
    expect((await dev.state()).deployment.resources ?? []).toEqual([])
  })
})

describeEngine("a place that two resources claim", () => {
  test("a place declared twice is rejected with both names, in any spelling, and nothing is created", async () => {
    const dev = await stack({ places: {} })
    dev.declare({ places: { "tw dotenv": dotenv, "tw again": { ...dotenv, path: dev.at(".env"), must: "nothing" } } })
    const { output } = await dev.refused()
    expect(output).toMatch(/the place local\|\S+\|T is declared twice, by "tw (?:again|dotenv)" as well/)
    expect(output).toContain("tw again")
    expect(output).toContain("tw dotenv")
  })
})
