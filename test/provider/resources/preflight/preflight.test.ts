import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { parseConfig } from "../../../../stacks/config.ts"
import { type Managed, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import type { Raw } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

/** A home with a marker's place, and the Preflight of a fleet that has it. */
function fleet() {
  const home = folder()
  const marker = join(home, "marker.json")
  const place = join(home, "token")
  const one = managed(plugin, "Preflight", `preflight ${++names}`)
  const at = (rotation: number, more: Raw = {}): Raw => {
    return { rotation, hosts: { local: [place] }, markers: { local: [marker] }, ...more }
  }
  return { home, marker, place, one, at }
}

function mark(path: string, highest: number, generation = highest): void {
  const when = "2026-11-24T15:03:00.000Z"
  writeFileSync(path, JSON.stringify({ stack: "gatekey/home", generation, highest, when }))
}

const told = ({ urn }: Managed) => plugin.messages.filter((message) => message.urn === urn).map(({ text }) => text)
const seen = (highest: number) => `local has seen generation ${highest} (2026-11-24T15:03:00.000Z)`

describe("a marker with a higher number than the state ever knew", () => {
  test("is told with what this state knows, and every step is refused, the preview's as well", async () => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    mark(marker, 4)
    await one.refresh()
    expect(one.state?.outputs.newer).toBe(seen(4))
    const message = `a newer generation is in place: ${seen(4)}; this state knows 3 at most. Nothing was changed. Restore the newer state (pulumi stack import); or, if it is lost, raise gatekey:token.rotation to 5 and set gatekey:rotation.supersede: 4; or, if no such generation ever existed, remove ${marker}`
    for (const news of [at(3), at(4), at(5), at(2)]) {
      await expect(one.preview(news)).rejects.toThrow(message)
      await expect(one.up(news)).rejects.toThrow(message)
    }
  })

  test("meets a state that is new: it knows of none", async () => {
    const { one, at, marker } = fleet()
    mark(marker, 4)
    for (const make of [one.preview, one.up])
      await expect(make(at(4))).rejects.toThrow(`${seen(4)}; this state knows none. Nothing was changed.`)
    expect(await one.up(at(5, { supersede: 4 }))).toBe("create")
    expect(one.state?.outputs).toMatchObject({ newer: "none", highest: 5 })
  })

  test("may be overruled by name, under a number above it, and is then no finding any more", async () => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    mark(marker, 4)
    await expect(one.up(at(5, { supersede: 3 }))).rejects.toThrow("set gatekey:rotation.supersede: 4")
    await expect(one.up(at(4, { supersede: 4 }))).rejects.toThrow("supersede is set: raise gatekey:token.rotation to 5")
    await expect(one.up(at(3, { supersede: 4 }))).rejects.toThrow("raise gatekey:token.rotation to 5")
    expect((await one.preview(at(5, { supersede: 4 }))).step).toBe("update")
    expect(await one.up(at(5, { supersede: 4 }))).toBe("update")
    // As long as its receipt is not written, the marker says what it said before.
    expect((await one.preview(at(5, { supersede: 4 }))).step).toBe("same")
    expect(one.state?.outputs).toMatchObject({ newer: "none", highest: 5 })
  })

  test("counts by the highest that ever was, not by what is in force", async () => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    mark(marker, 4, 2)
    await expect(one.up(at(3))).rejects.toThrow("raise gatekey:token.rotation to 5")
  })
})

describe("no finding is", () => {
  test("going back to a kept generation, and forward again", async () => {
    const { one, at, marker } = fleet()
    await one.up(at(1))
    for (const rotation of [4, 2, 1, 4]) {
      expect(await one.up(at(rotation))).toBe("update")
      mark(marker, 4, rotation)
      expect((await one.preview(at(rotation))).step).toBe("same")
    }
    expect(one.state?.outputs.highest).toBe(4)
  })

  test("an `up` that was cut off between the first step and the last: the markers are behind, or ahead of the receipt", async () => {
    const { one, at, marker } = fleet()
    mark(marker, 2)
    await one.up(at(3, { supersede: 2 }))
    for (const highest of [2, 3]) {
      mark(marker, highest)
      expect((await one.preview(at(3))).step).toBe("same")
    }
  })

  test("a home without a marker", async () => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    rmSync(marker, { force: true })
    expect((await one.preview(at(3))).step).toBe("same")
    expect(await one.up(at(4))).toBe("update")
  })

  test.each([
    ["what is no marker", (path: string) => writeFileSync(path, "{")],
    ["another's file", (path: string) => writeFileSync(path, '{"generation":"all"}')],
    ["a folder", (path: string) => mkdirSync(path)],
  ])("%s where the marker should be, as long as nothing is to be rotated", async (_, spoil) => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    spoil(marker)
    expect((await one.preview(at(3))).step).toBe("same")
  })

  test("a state of a version that did not remember", async () => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    const { highest: _, newer: __, ...outputs } = one.state?.outputs ?? {}
    one.state = { id: "preflight", inputs: { rotation: 3, hosts: {} }, outputs }
    mark(marker, 3)
    expect((await one.preview(at(3))).step).toBe("same")
    expect(one.state?.outputs.highest).toBe(3)
  })
})

describe("a marker that a hostile user of a home wrote", () => {
  const most = Number.MAX_SAFE_INTEGER
  const numbers = [String(most), String(most - 1), "9007199254740993", "1e308", "-1", "2.5", '"9"', "null", "8e15", "7"]

  test.each(numbers)("with the number %s stands in the way of no rotation for ever", async (number) => {
    const { one, at, marker } = fleet()
    await one.up(at(3))
    const before = plugin.messages.length
    writeFileSync(marker, `{"stack":"gatekey/home","generation":1,"highest":${number},"when":"x"}`)
    const refused = await one.up(at(4)).then(
      () => undefined,
      (error: Error) => error.message,
    )
    const said = plugin.messages.slice(before).map(({ text }) => text)
    if (refused === undefined) {
      const forged = `${marker} is no marker of gatekey's: a fleet does not get to generation ${number}; it is ignored, and \`pulumi up\` overwrites it. Check who can write there`
      expect(said.filter((each) => each.includes("no marker"))).toEqual(
        Number(number) > 1e15 && Number.isSafeInteger(Number(number)) ? [forged] : [],
      )
      expect(one.state?.outputs).toMatchObject({ highest: 4, newer: "none" })
      return
    }
    // The numbers that it advises can be declared, and are taken.
    const [, rotation, supersede] = /rotation to (\d+) and set gatekey:rotation\.supersede: (\d+);/.exec(refused) ?? []
    const advised = { rotation: Number(rotation), supersede: Number(supersede) }
    expect(parseConfig(declared(advised))).toMatchObject({ config: {} })
    expect(await one.up(at(advised.rotation, { supersede: advised.supersede }))).toBe("update")
    // So is the other way out: without the file there is nothing newer.
    expect(refused).toContain(`if no such generation ever existed, remove ${marker}`)
  })

  test("is written anew by the step that remembers a rotation", async () => {
    const { marker } = fleet()
    const receipt = managed(plugin, "Receipt", `receipt ${++names}`)
    const news = { stack: "gatekey/home", generation: 3, markers: { local: [marker] } }
    await receipt.up(news)
    mark(marker, most, 3)
    await receipt.refresh()
    expect(receipt.state?.inputs.marked).toBe(
      `every host but in ${marker} (no marker of gatekey's: a fleet does not get to generation ${most})`,
    )
    await receipt.up(news)
    expect(JSON.parse(readFileSync(marker, "utf8"))).toMatchObject({ generation: 3, highest: 3 })
  })

  const declared = ({ rotation, supersede }: { rotation: number; supersede: number }) => ({
    token: { rotation },
    rotation: { supersede },
    gateways: { studio: { host: "local", manager: "systemd" } },
  })
})

describe("a rotation", () => {
  test("is refused with all that stands in its way, also on this machine", async () => {
    const { one, at, home, marker, place } = fleet()
    await one.up(at(1))
    writeFileSync(place, "x")
    linkSync(place, join(home, "second name"))
    mkdirSync(marker)
    const refused = `cannot rotate: some hosts cannot be updated; nothing was changed. ${place}: has 2 hard links, which writing would separate; remove the others first. ${marker}: is a directory`
    await expect(one.preview(at(2))).rejects.toThrow(refused)
    await expect(one.up(at(2))).rejects.toThrow(refused)
    expect((await one.preview(at(1))).step).toBe("same")
  })

  test("writes nothing by itself", async () => {
    const { one, at, marker } = fleet()
    mark(marker, 1)
    chmodSync(marker, 0o640)
    await one.up(at(2, { supersede: 1 }))
    await one.up(at(3))
    expect(JSON.parse(readFileSync(marker, "utf8")).highest).toBe(1)
    expect(statSync(marker).mode & 0o777).toBe(0o640)
  })
})

describe("who gets the token no more", () => {
  const members = { studio: "gateway on local", tw: "node on ssh://me@tw.local" }
  const knows =
    "tw (node on ssh://me@tw.local) gets the token no more; its machine, and anybody who copied it there, still knows it"

  test("is not named if it is a gateway to which the token is worth nothing now", async () => {
    const { one, at } = fleet()
    await one.up(at(2, { members }))
    await one.up(at(2, { members: { tw: members.tw }, trusting: { studio: members.studio } }))
    expect(told(one)).toEqual([])
  })

  test("is named, in the preview and in the `up`, once, with what to do", async () => {
    const { one, at } = fleet()
    await one.up(at(2, { members }))
    const left = at(2, { members: { studio: members.studio } })
    expect((await one.preview(left)).step).toBe("update")
    expect(await one.up(left)).toBe("update")
    const line = `${knows}. Rotate: npx --no -- gatekey rotate, or raise gatekey:token.rotation to 3`
    expect(told(one)).toEqual([line, line])
    expect((await one.preview(left)).step).toBe("same")
  })

  test("is named without it where the same `up` rotates", async () => {
    const { one, at } = fleet()
    await one.up(at(2, { members }))
    await one.up(at(3, { members: { studio: members.studio } }))
    expect(told(one)).toEqual([`${knows}: the rotation makes it worthless`])
  })

  test("is not named where somebody comes, or only gets another name", async () => {
    const { one, at } = fleet()
    await one.up(at(2, { members }))
    const renamed = { studio: members.studio, mac: members.tw, box: "node on ssh://box" }
    expect((await one.preview(at(2, { members: renamed }))).step).toBe("same")
    await one.up(at(2, { members: renamed }))
    await one.up(at(2, { members: { studio: members.studio, mac: members.tw } }))
    expect(told(one)).toEqual([expect.stringContaining("box (node on ssh://box) gets the token no more")])
  })
})

test.each([
  [{ rotation: 0 }, "rotation: must be an integer, 1 or more"],
  [{ hosts: { "tw local": ["~/x"] } }, "hosts: a text of 8 characters is not a host"],
  [{ markers: { local: ["x"] } }, "markers: a text of 1 character is relative"],
  [{ mayLag: "all" }, "mayLag: must be a list of strings"],
  [{ supersede: "4" }, "supersede: must be an integer"],
  [{ gates: 1 }, "gates: unknown property"],
])("%j is refused", async (more, problem) => {
  const { one, at } = fleet()
  await expect(one.checked(at(1, more))).rejects.toThrow(problem)
})
