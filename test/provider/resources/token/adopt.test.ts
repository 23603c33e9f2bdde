import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bound, type Managed, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { leaks, type Raw, revealed, secret, unknown } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { publicDefaults, strong, weak } from "../../../support/tokens.ts"
import { showedNoToken } from "../placement/placements.ts"

let plugin: Plugin
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(async () => {
  await plugin.stop()
  showedNoToken(plugin)
})

const notYetKnown = {
  value: unknown,
  previous: unknown,
  fingerprint: unknown,
  highest: unknown,
  created: unknown,
  due: unknown,
  generations: unknown,
}

let names = 0
const token = (): Managed => managed(plugin, "Token", `token ${++names}`)
const outputs = ({ state }: Managed): Raw => state?.outputs ?? {}

/** A place with a value in it, as an id. */
function place(value: string): string {
  const path = join(folder(), "openclaw.json")
  writeFileSync(path, JSON.stringify({ gateway: { auth: { token: value } } }))
  chmodSync(path, 0o600)
  return `local|${path}|gateway.auth.token`
}

describe("an adopted token", () => {
  test("from a place is the first generation", async () => {
    const value = strong()
    const one = token()
    const news = { rotation: 1, adopt: { from: place(value) } }
    const { outputs: coming } = await one.preview(news)
    expect(revealed(coming.value)).toBe(value)
    await one.up(news)
    expect(revealed(outputs(one).value)).toBe(value)
    expect(outputs(one).generation).toBe(1)
    await one.up({ ...news, rotation: 2 })
    expect(revealed(outputs(one).previous)).toBe(value)
  })

  test("from a secret is the first generation, and stays secret", async () => {
    const value = strong()
    const one = token()
    await one.up({ rotation: 1, adopt: { value: secret(value) } })
    expect(revealed(outputs(one).value)).toBe(value)
    expect(leaks(one.state, [value])).toEqual([])
  })

  test("from an object that is secret as a whole stays secret", async () => {
    const value = strong()
    const one = token()
    await one.up({ rotation: 1, adopt: secret({ value }) })
    expect(revealed(outputs(one).value)).toBe(value)
    expect(leaks(one.state, [value])).toEqual([])
  })

  test("that was given in the open is secret from then on, in what is asked for as well", async () => {
    const value = strong()
    const one = token()
    const news = await one.checked({ rotation: 1, adopt: { value } })
    expect(news.adopt).toEqual({ value: secret(value) })
    const { outputs: coming } = await one.preview({ rotation: 1, adopt: { value } })
    expect(leaks([news, coming], [value])).toEqual([])
    await one.up({ rotation: 1, adopt: { value } })
    expect(leaks(one.state, [value])).toEqual([])
  })

  test.each([
    ["a public default", publicDefaults[0]],
    ["a short one", weak.short],
    ["a plain one", weak.plain],
  ])("that is weak (%s) is generation 0, under a fresh one", async (_, value) => {
    const one = token()
    const news = { rotation: 1, adopt: { from: place(value) } }
    const { outputs: coming } = await one.preview(news)
    expect(coming.value).toBe(unknown)
    const warnings = plugin.messages.filter(({ urn }) => urn === one.urn)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.text).toMatch(/^the adopted token .*: it becomes generation 0/)
    await one.up(news)
    expect(revealed(outputs(one).value)).toMatch(/^[0-9a-f]{64}$/)
    expect(revealed(outputs(one).previous)).toBe(value)
    await expect(one.up({ ...news, rotation: 0 })).rejects.toThrow("rotation")
  })

  test.each([
    ["a newline", "\n", "contains a line break"],
    ["a non-ASCII character", "é", "contains a space, a control or a non-ASCII character"],
    ["a space", " ", "contains a space"],
  ])("with %s is refused by the preview, without being shown", async (_, extra, reason) => {
    const value = `${strong()}${extra}x`
    const preview = token().preview({ rotation: 1, adopt: { from: place(value) } })
    await expect(preview).rejects.toThrow(reason)
    await expect(preview).rejects.toThrow("so gatekey cannot adopt it; name the place of the token in use")
    expect(leaks(plugin.answers, [value])).toEqual([])
  })

  test.each([
    ["a missing file", () => `local|${join(folder(), "x.json")}|a`, "the file is missing"],
    ["a missing key", () => place("x").replace(".auth.", ".remote."), "the place contains no token"],
    ["no known format", () => `local|${join(folder(), "x")}|a`, "does not tell the format"],
  ])("from %s is refused", async (_, from, reason) => {
    await expect(token().preview({ rotation: 1, adopt: { from: from() } })).rejects.toThrow(reason)
  })

  test.each([
    [{ value: unknown }, { value: unknown }],
    [{ value: secret(unknown) }, { value: unknown }],
    [{ from: unknown }, { from: unknown }],
    [unknown, unknown],
    [secret(unknown), unknown],
  ])("that only the up will know (%j) can be previewed, and may be any that lives", async (adopt, asked) => {
    const run = await startPlugin()
    try {
      const one = managed(run, "Token", "later")
      const { step, outputs: coming } = await one.preview({ rotation: 4, adopt })
      expect(step).toBe("create")
      expect(coming).toEqual({ rotation: 4, keep: 3, adopt: asked, ...notYetKnown, generation: 4 })
      const [host, path, locator] = place(strong()).split("|")
      const before = readFileSync(path ?? "", "utf8")
      const live = managed(run, "Placement", "live")
      expect((await live.preview({ host, path, locator, ...bound(one, coming) })).step).toBe("create")
      expect(readFileSync(path ?? "", "utf8")).toBe(before)
    } finally {
      await run.stop()
    }
  })

  test.each([
    ["a strong one stays", strong, []],
    ["a weak one goes", () => weak.plain, ["contains the adopted token; expected the new token. `pulumi up` fixes it"]],
  ])("that stands in a place (%s) is known to that place's preview, and no other value is", async (_, make, said) => {
    const run = await startPlugin()
    try {
      const value = make()
      const from = place(value)
      const one = managed(run, "Token", "later")
      const { outputs: coming } = await one.preview({ rotation: 1, adopt: { from } })
      const previewed = async (name: string, id: string, more: Raw = {}) => {
        const [host, path, locator] = id.split("|")
        const live = managed(run, "Placement", name)
        expect((await live.preview({ host, path, locator, ...bound(one, coming), ...more })).step).toBe("create")
        return run.messages.filter(({ urn }) => urn === live.urn).map(({ text }) => text)
      }
      expect(await previewed("live", from)).toEqual(said)
      expect(await previewed("emptied", place(value), { must: "nothing" })).toEqual([
        "contains the adopted token; expected nothing. `pulumi up` removes it",
      ])
      await expect(previewed("foreign", place(strong()))).rejects.toThrow("which gatekey does not know")
    } finally {
      await run.stop()
    }
  })

  test("is looked at only once: its place may change later", async () => {
    const one = token()
    const news = { rotation: 1, adopt: { from: place(strong()) } }
    await one.up(news)
    expect((await one.preview({ ...news, adopt: { from: "local|/nowhere.json|a" } })).step).toBe("same")
    expect((await one.preview({ rotation: 1 })).step).toBe("same")
  })
})

describe("an imported token", () => {
  test("is the one at the place that the id names", async () => {
    const value = strong()
    const one = token()
    one.state = await plugin.read(one.urn, place(value))
    expect(revealed(outputs(one).value)).toBe(value)
    expect(leaks(one.state, [value])).toEqual([])
  })

  test("that is weak is refused, and the way out named", async () => {
    await expect(plugin.read(token().urn, place(weak.plain))).rejects.toThrow("declare it with adopt instead")
  })
})
