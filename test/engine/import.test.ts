import { expect, test } from "vitest"
import { describeEngine, stack } from "../support/engine/engine.ts"

const id = (path: string, locator: string) => `local|~/${path}|${locator}`
const dotenv = { path: "~/.env", locator: "T" }
const config = { path: "~/openclaw.json", locator: "gateway.auth.token" }

describeEngine("import", () => {
  test("by command imports a Token from its place, then the place itself; the next preview shows their link", async () => {
    const dev = await stack({ token: { adopt: { from: id(".env", "T") } }, places: { "tw dotenv": dotenv } })
    const value = dev.foreign()
    dev.write(".env", `T=${value}\n`)
    const before = dev.look()
    const options = ["--yes", "--generate-code=false", "--protect=false"]
    const token = await dev.pulumi("import", "gatekey:index:Token", "token", id(".env", "T"), ...options)
    expect(token.code, token.output).toBe(0)
    const place = await dev.pulumi("import", "gatekey:index:Placement", "tw dotenv", id(".env", "T"), ...options)
    expect(place.code, place.output).toBe(0)
    expect(await dev.token()).toBe(value)
    expect(dev.look()).toEqual(before)

    const { preview } = await dev.deploy()
    expect(preview.steps.filter((step) => !step.startsWith("update "))).toEqual([])
    expect(dev.look()).toEqual(before)
  })

  test("by command rejects a weak, a missing or a mistyped Token, and says how to fix it", async () => {
    const dev = await stack({ places: {} })
    dev.write(".env", "T=clawdbot-local-dev\n")
    const refusals = {
      [id(".env", "T")]: "is a public default; declare it with adopt instead of importing it",
      [id(".env", "U")]: "the place contains no token",
      "fp:12345678": "is not host|path|locator, such as",
    }
    for (const [from, message] of Object.entries(refusals)) {
      const { code, output } = await dev.pulumi(
        "import",
        "gatekey:index:Token",
        "token",
        from,
        "--yes",
        "--generate-code=false",
      )
      expect(code).not.toBe(0)
      expect(output).toContain(message)
    }
  })

  test("by option imports places that contain the token, a reference and nothing", async () => {
    const places = { "tw dotenv": dotenv }
    const dev = await stack({ places })
    await dev.deploy()
    const reference = { source: "file", provider: "default", id: "~/token" }
    dev.write("openclaw.json", JSON.stringify({ gateway: { auth: { token: reference } } }))
    dev.write("right.env", `T=${await dev.token()}\n`)
    dev.write("empty.env", "A=1\n")
    const before = dev.look()
    const importing = (path: string, locator: string) => ({
      path: `~/${path}`,
      locator,
      options: { import: id(path, locator) },
    })
    dev.declare({
      places: {
        ...places,
        right: importing("right.env", "T"),
        reference: { ...importing("openclaw.json", config.locator), must: "reference", reference },
        nothing: { ...importing("empty.env", "T"), must: "nothing" },
      },
    })
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(["import nothing", "import reference", "import right"])
    expect(dev.look()).toEqual(before)

    dev.write("right.env", "T=changeme\n")
    const drift = await dev.preview()
    expect(drift.output).toContain("contains the public default changeme; expected generation 1")
    await dev.deploy()
    expect(dev.read("right.env")).toBe(`T=${await dev.token()}\n`)
  })

  test("by option never overwrites an unknown value", async () => {
    const dev = await stack({ places: {} })
    await dev.deploy()
    const foreign = `T=${dev.foreign()}\n`
    dev.write(".env", foreign)
    dev.declare({ places: { "tw dotenv": { ...dotenv, options: { import: id(".env", "T") } } } })
    const outputs: string[] = []
    for (const outcome of [await dev.preview(), await dev.up(), await dev.preview(), await dev.up()]) {
      outputs.push(outcome.output)
      expect(dev.read(".env"), outcome.output).toBe(foreign)
    }
    expect(outputs.at(-1)).toContain("contains another token")
    expect(outputs.at(-1)).toContain("set overwrite: true on this place")
  })
})
