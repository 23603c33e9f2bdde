import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { describe, expect, onTestFinished, test } from "vitest"
import { bound, type Managed, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { leaks, type Raw, revealed } from "../../../support/engine/wire.ts"
import { strong } from "../../../support/tokens.ts"
import { bench, config, heldBy, holding, showedNoToken } from "./placements.ts"

const on = bench()
const { at, outputs, placement, value, words } = on

const refusal = "the Token is not part of this run; drop `--target`, or target the Token as well"

/** A run with `--target`: a process of its own, which sees nothing of the Token; the same resource in it. */
async function targeted({ urn, state }: Managed): Promise<{ run: Plugin; later: Managed }> {
  const run = await startPlugin()
  onTestFinished(() => run.stop())
  const later = managed(run, "Placement", urn.split("::").at(-1) ?? "")
  later.state = structuredClone(state)
  return { run, later }
}

/** A place that is right, and a Token of its own in this generation. */
async function placed(rotation = 1): Promise<{ path: string; own: Managed; one: Managed; news: Raw }> {
  const own = managed(on.plugin, "Token", "own")
  await own.up({ rotation })
  const path = config("changeme")
  const one = placement()
  const news = { ...at(path), ...bound(own) }
  await one.up(news)
  return { path, own, one, news }
}

describe("without the Token, a run that targets a place", () => {
  test("has nothing to do where it is right", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    const { later } = await targeted(one)
    expect((await later.preview(at(path))).step).toBe("same")
    expect(await later.up(at(path))).toBe("same")
    expect(later.state).toEqual(one.state)
  })

  const spoilt: Readonly<Record<string, [spoil: (path: string) => void, holds: RegExp]>> = {
    "a public default": [(path) => writeFileSync(path, holding("changeme")), /^the public default changeme$/],
    "another token": [(path) => writeFileSync(path, holding(strong())), /^another token \(fp:\w{8}\)$/],
    "the token before": [
      (path) => writeFileSync(path, holding(revealed(outputs().previous))),
      /^generation 1, the previous token \(fp:\w{8}\)$/,
    ],
    "no file": [(path) => rmSync(path), /^nothing: the file is missing$/],
  }
  test.each(Object.keys(spoilt))("heals it of %s by what the state remembers, and still does later", async (what) => {
    const [spoil, holds] = spoilt[what] ?? []
    const path = config()
    let one = placement()
    await one.up(at(path))
    const before = structuredClone(one.state)
    for (let time = 0; time < 2; time++) {
      spoil?.(path)
      const { run, later } = await targeted(one)
      expect((await later.preview(at(path))).step).toBe("update")
      expect(later.state?.outputs.holds).toMatch(holds ?? /^$/)
      expect(run.messages.map(({ text }) => text)).toEqual([expect.stringContaining(`expected ${words()}. `)])
      expect(await later.up(at(path))).toBe("update")
      expect(readFileSync(path, "utf8")).toContain(value())
      const { removed: _, ...outputs } = later.state?.outputs ?? {}
      expect({ ...later.state, outputs }).toEqual(before)
      showedNoToken(run)
      one = later
    }
  })

  test("names a value that is younger than its memory as far as it can, and shows none", async () => {
    const { path, own, one, news } = await placed()
    await own.up({ rotation: 2 })
    writeFileSync(path, holding(revealed(own.state?.outputs.value)))
    const { run, later } = await targeted(one)
    await later.preview(news)
    expect(later.state?.outputs.holds).toMatch(/^the next token \(fp:\w{8}\), not in force yet$/)
    showedNoToken(run)
  })

  test.each([
    ["a rotation that it has not got", 2],
    ["two of them", 3],
  ])("refuses %s, in the preview already, and touches nothing", async (_, rotation) => {
    const { path, own, one } = await placed()
    const before = readFileSync(path, "utf8")
    for (let to = 2; to <= rotation; to++) await own.up({ rotation: to })
    const news = { ...at(path), ...bound(own) }
    const { run, later } = await targeted(one)
    await expect(later.preview(news)).rejects.toThrow(refusal)
    const refused = await later.up(news).catch(({ message }) => message)
    expect(refused).toBe(`${one.state?.id}: ${refusal}`)
    expect(leaks([refused, run.messages], [revealed(own.state?.outputs.value)])).toEqual([])
    expect(readFileSync(path, "utf8")).toBe(before)
  })

  test("says with a drift that it cannot fix it", async () => {
    const { path, own, one } = await placed()
    await own.up({ rotation: 2 })
    writeFileSync(path, holding("changeme"))
    const news = { ...at(path), ...bound(own) }
    const { run, later } = await targeted(one)
    expect((await later.preview(news)).step).toBe("update")
    expect(run.messages.map(({ text }) => text)).toEqual([expect.stringContaining("`pulumi up` cannot fix it: ")])
    expect(run.messages[0]?.text).toContain(refusal)
    await expect(later.up(news)).rejects.toThrow(refusal)
    expect(heldBy(path)).toBe("changeme")
  })

  test("refuses a place that is new", async () => {
    const path = config()
    const { later } = await targeted(placement())
    await expect(later.preview(at(path))).rejects.toThrow(refusal)
    await expect(later.up(at(path))).rejects.toThrow(refusal)
    expect(readFileSync(path, "utf8")).toBe("{}\n")
  })

  test("goes on once the Token is targeted as well", async () => {
    const { path, own, one } = await placed()
    await own.up({ rotation: 2 })
    const { run, later } = await targeted(one)
    const token = managed(run, "Token", "own")
    token.state = structuredClone(own.state)
    await token.up({ rotation: 2 })
    const news = { ...at(path), ...bound(token) }
    expect((await later.preview(news)).step).toBe("update")
    expect(await later.up(news)).toBe("update")
    expect(heldBy(path)).toBe(revealed(own.state?.outputs.value))
    expect(later.state?.outputs.value).toEqual(own.state?.outputs.value)
  })
})

describe("the Token's value reaches a place", () => {
  test.each(["read", "diff"] as const)("by the %s of the Token alone", async (by) => {
    const { path, own, one } = await placed()
    await own.up({ rotation: 2 })
    const { run, later } = await targeted(one)
    const { id, inputs, outputs } = own.state ?? { id: "", inputs: {}, outputs: {} }
    if (by === "read") await run.read(own.urn, id, inputs, outputs)
    else await run.diff(own.urn, id, outputs, inputs)
    expect(await later.up({ ...at(path), ...bound(own) })).toBe("update")
    expect(heldBy(path)).toBe(revealed(outputs.value))
  })
})
