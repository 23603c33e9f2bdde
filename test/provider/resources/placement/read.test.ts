import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { leaks, revealed, secretsIn } from "../../../support/engine/wire.ts"
import { strong } from "../../../support/tokens.ts"
import { bench, config, heldBy, holding, key } from "./placements.ts"

const on = bench()
const { at, outputs, placement, token, told, value, words } = on

describe("read", () => {
  test("of a right place is what is declared: nothing to do, and no byte or time changes", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    const before = statSync(path, { bigint: true })
    expect((await one.preview(at(path))).step).toBe("same")
    expect(await one.up(at(path))).toBe("same")
    expect(one.state?.inputs.holds).toBe(words())
    const after = statSync(path, { bigint: true })
    expect([after.mtimeNs, after.ctimeNs, after.ino]).toEqual([before.mtimeNs, before.ctimeNs, before.ino])
    expect(told(one)).toEqual([])
  })

  const spoilt: Readonly<Record<string, [spoil: (path: string) => void, holds: RegExp]>> = {
    "a public default": [(path) => set(path, "clawdbot-local-dev"), /^the public default clawdbot-local-dev$/],
    "another token": [(path) => set(path, strong()), /^another token \(fp:[0-9a-f]{8}\)$/],
    "the token before": [
      (path) => set(path, revealed(outputs().previous)),
      /^generation 1, the previous token \(fp:[0-9a-f]{8}\)$/,
    ],
    "no key": [(path) => writeFileSync(path, "{}"), /^nothing: the key is missing$/],
    "no file": [(path) => rmSync(path), /^nothing: the file is missing$/],
    "an open file": [
      (path) => chmodSync(path, 0o644),
      /^generation 2 \(fp:[0-9a-f]{8}\), but others can read the file \(0644\)$/,
    ],
    "a copy beside it": [
      (path) => writeFileSync(join(dirname(path), ".openclaw.json.gatekey-0123456789ab"), "half"),
      /^generation 2 \(fp:[0-9a-f]{8}\), but what a killed run left lies beside the file$/,
    ],
  }
  const set = (path: string, held: string) => writeFileSync(path, holding(held))

  test.each(Object.keys(spoilt))("sees %s, says so, and the up puts it right", async (what) => {
    const [spoil, holds] = spoilt[what] ?? []
    const path = config("changeme")
    const one = placement()
    await one.up(at(path))
    const before = told(one).length
    spoil?.(path)
    const { step } = await one.preview(at(path))
    expect(step).toBe("update")
    expect(one.state?.outputs.holds).toMatch(holds ?? /^$/)
    expect(told(one).slice(before)).toHaveLength(1)
    expect(told(one).at(-1)).toContain(`contains ${one.state?.outputs.holds}; expected ${words()}. \`pulumi up\``)
    expect(await one.up(at(path))).toBe("update")
    expect((await one.preview(at(path))).step).toBe("same")
    expect(heldBy(path) ?? readFileSync(path, "utf8")).toContain(value())
    expect(readdirSync(dirname(path))).toEqual(["openclaw.json"])
  })

  test("reports what it cannot read, and what stands in the way", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    rmSync(path)
    mkdirSync(path)
    expect((await one.preview(at(path))).step).toBe("update")
    expect(one.state?.outputs.holds).toBe("unreadable: is a directory")
    expect(told(one).at(-1)).toContain("`pulumi up` cannot fix it:")
  })

  test("never lets a foreign token into the state", async () => {
    const foreign = strong()
    const path = config()
    const one = placement()
    await one.up(at(path))
    set(path, foreign)
    await one.refresh()
    expect(JSON.stringify(one.state)).not.toContain(foreign)
    expect(leaks(one.state, [foreign, value()])).toEqual([])
    expect(one.state?.outputs).toMatchObject({ token: token().state?.id, value: outputs().value })
    expect(secretsIn(one.state)).toEqual(["$.outputs.ring", "$.outputs.value"])
  })

  test.each([
    ["the token", () => at(config(value())), "token"],
    ["nothing", () => at(config()), "nothing"],
  ])("imports a place that holds %s by its id, and binds it without writing", async (_, make, must) => {
    const news = make()
    const one = placement()
    one.state = await on.plugin.read(one.urn, `local|${news.path}|${key}`)
    expect(one.state.inputs).toMatchObject({ host: "local", path: news.path, locator: key, format: "json5", must })
    expect(leaks(one.state, [value()])).toEqual([])
    const before = readFileSync(String(news.path), "utf8")
    await one.up({ ...news, must })
    expect(readFileSync(String(news.path), "utf8")).toBe(before)
    expect((await one.preview({ ...news, must })).step).toBe("same")
  })

  test.each([
    ["the token", value, () => words()],
    ["another one", strong, () => expect.stringMatching(/^another token \(fp:\w{8}\)$/)],
  ])("names %s, imported by an option and bound to none yet, by the only Token of the run", async (_, make, holds) => {
    const held = make()
    const news = at(config(held))
    const one = placement()
    one.state = await on.plugin.read(one.urn, `local|${news.path}|${key}`)
    const before = readFileSync(String(news.path), "utf8")
    await one.refresh()
    expect(one.state.inputs).not.toHaveProperty("token")
    expect(one.state.outputs.holds).toEqual(holds())
    expect((await one.preview(news)).step).toBe(held === value() ? "same" : "update")
    if (held !== value()) await expect(one.up(news)).rejects.toThrow("which gatekey does not know")
    expect(readFileSync(String(news.path), "utf8")).toBe(before)
    expect(leaks([one.state, told(one)], [held])).toEqual([])
  })

  test("refuses an id that is none", async () => {
    await expect(on.plugin.read(placement().urn, "x")).rejects.toThrow("a text of 1 character is not host|path|locator")
    await expect(on.plugin.read(placement().urn, `local|/x/token|y`)).rejects.toThrow("does not tell the format")
  })
})
