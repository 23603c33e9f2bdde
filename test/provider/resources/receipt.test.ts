import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { hostname, userInfo } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { managed } from "../../support/engine/managed.ts"
import { launcher, type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, unknown } from "../../support/engine/wire.ts"
import { folder } from "../../support/hosts/machine.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

function fleet(by = plugin) {
  const home = folder()
  const markers = ["one", "two"].map((name) => join(home, name, ".local/state/gatekey/gatekey.home.json"))
  const one = managed(by, "Receipt", `receipt ${++names}`)
  const at = (generation: number, more: Raw = {}): Raw => {
    return { stack: "gatekey/home", generation, highest: generation, markers: { local: markers }, places: 12, ...more }
  }
  const marks = () => markers.map((path) => JSON.parse(readFileSync(path, "utf8")))
  const receipts = () => one.state?.outputs.receipts as Raw[]
  const told = () => by.messages.filter(({ urn }) => urn === one.urn).map(({ text }) => text)
  return { home, markers, one, at, marks, receipts, told }
}

const me = `${userInfo().username}@${hostname()}`

describe("the first `up`, and each rotation", () => {
  test("mark every home and append a receipt; a preview writes nothing, and nothing changed changes nothing", async () => {
    const { one, at, marks, markers, receipts, told } = fleet()
    const planned = await one.preview(at(1))
    expect(planned.outputs).toMatchObject({ receipts: unknown, last: unknown, marked: "every host" })
    expect(markers.some(existsSync)).toBe(false)
    const begun = Date.now()
    await one.up(at(1))
    const mark = { stack: "gatekey/home", generation: 1, highest: 1, when: expect.any(String) }
    expect(marks()).toEqual([mark, mark])
    expect(Date.parse(marks()[0].when)).toBeGreaterThanOrEqual(begun)
    for (const path of markers) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(receipts()).toEqual([expect.objectContaining({ generation: 1, who: me, places: 12, verdicts: [] })])
    expect(receipts()[0]).not.toHaveProperty("from")

    const before = markers.map((path) => statSync(path, { bigint: true }).ctimeNs)
    expect((await one.preview(at(1))).step).toBe("same")
    // How many places there are now is told with the next rotation.
    expect(await one.up(at(1, { places: 13, verdicts: ["studio: accepted"] }))).toBe("same")
    expect(markers.map((path) => statSync(path, { bigint: true }).ctimeNs)).toEqual(before)

    expect((await one.preview(at(2))).step).toBe("update")
    expect(marks()[0].generation).toBe(1)
    await one.up(at(2, { verdicts: ["studio: accepted", "mini: accepted"] }))
    expect(receipts()).toHaveLength(2)
    expect(receipts()[1]).toMatchObject({ generation: 2, from: 1, verdicts: ["studio: accepted", "mini: accepted"] })
    expect(one.state?.outputs.last).toMatch(
      new RegExp(`^generation 2 by ${me} at \\d{4}-\\S+Z(?: \\(commit [^)]*\\))?: 12 places, 2 connects accepted$`),
    )
    expect(marks().map(({ generation, highest }) => [generation, highest])).toEqual([
      [2, 2],
      [2, 2],
    ])
    expect(told()).toEqual([])
  })

  test("name the token by its fingerprint, and the places that hold it", async () => {
    const { one, at, receipts } = fleet()
    const holders = { local: ["tw secret file", "studio secret file"] }
    await one.up(at(1, { holders, fingerprint: "fp:1f3a9c07" }))
    const known = { holders: ["studio secret file", "tw secret file"], fingerprint: "fp:1f3a9c07" }
    expect(receipts()[0]).toMatchObject(known)
    expect(await one.up(at(1, { holders: {}, fingerprint: "fp:1f3a9c07" })), "a receipt says what was").toBe("same")
    await one.up(at(2))
    expect(receipts()[0], "the earlier ones stay").toMatchObject(known)
    expect(receipts()[1]).not.toHaveProperty("holders")
  })

  test("going back is a rotation; the highest number stays in the markers", async () => {
    const { one, at, marks, receipts } = fleet()
    await one.up(at(1))
    await one.up(at(3))
    await one.up(at(1, { highest: 3 }))
    expect(marks()[0]).toMatchObject({ generation: 1, highest: 3 })
    expect(receipts().map(({ generation, from }) => [generation, from])).toEqual([
      [1, undefined],
      [3, 1],
      [1, 3],
    ])
  })

  test("a higher number that stands in a marker stays", async () => {
    const { one, at, marks, markers } = fleet()
    await one.up(at(1))
    writeFileSync(markers[1] ?? "", JSON.stringify({ stack: "gatekey/home", generation: 7, highest: 7, when: "" }))
    await one.up(at(2))
    expect(marks().map(({ generation, highest }) => [generation, highest])).toEqual([
      [2, 2],
      [2, 7],
    ])
  })

  test("a preview that does not know the generation yet plans it", async () => {
    const { one, at } = fleet()
    await one.up(at(1))
    expect((await one.preview({ ...at(1), generation: unknown, verdicts: unknown })).step).toBe("update")
  })
})

describe("a marker", () => {
  const where = (path: string) => `the generation in force is recorded on every host but in ${path}`

  test.each([
    ["that is missing", (path: string) => execFileSync("rm", [path]), "missing"],
    ["that is none", (path: string) => writeFileSync(path, "{"), "unreadable: it is no marker"],
    [
      "that missed a rotation",
      (path: string) => writeFileSync(path, JSON.stringify({ stack: "gatekey/home", generation: 1, highest: 1 })),
      "generation 1",
    ],
  ])("%s is told and written again, without another receipt", async (_, spoil, words) => {
    const { one, at, marks, markers, receipts, told } = fleet()
    const [, path = ""] = markers
    await one.up(at(2))
    spoil(path)
    expect((await one.preview(at(2))).step).toBe("update")
    expect(told()).toEqual([`${where(`${path} (${words})`)}. \`pulumi up\` writes it`])
    await one.up(at(2))
    expect(marks()[1]).toMatchObject({ generation: 2, highest: 2 })
    expect((await one.preview(at(2))).step).toBe("same")
    expect(receipts()).toHaveLength(1)
  })

  test("that cannot be written fails, after the others are written, with its name", async () => {
    const { one, at, marks, markers } = fleet()
    const [path = "", other = ""] = markers
    await one.up(at(1))
    execFileSync("rm", [path])
    mkdirSync(path)
    await expect(one.up(at(2))).rejects.toThrow(`cannot write the rotation's markers: ${path}: is a directory`)
    expect(JSON.parse(readFileSync(other, "utf8")).generation).toBe(2)
    expect(one.state?.outputs.generation).toBe(1)
    execFileSync("rmdir", [path])
    await one.up(at(2))
    expect(marks()[0].generation).toBe(2)
  })

  test("of a home that is no longer declared is removed, and one of a new home written", async () => {
    const { one, at, marks, markers, home, receipts } = fleet()
    await one.up(at(2))
    const third = join(home, "three/marker.json")
    const [first = "", second = ""] = markers
    const news = at(2, { markers: { local: [first, third] } })
    expect((await one.preview(news)).step).toBe("update")
    await one.up(news)
    expect([existsSync(first), existsSync(second), existsSync(third)]).toEqual([true, false, true])
    expect((await one.preview(news)).step).toBe("same")
    expect(receipts()).toHaveLength(1)
    expect(JSON.parse(readFileSync(third, "utf8"))).toMatchObject(marksOf(2))
    expect(() => marks()).toThrow()
  })

  const marksOf = (generation: number) => ({ stack: "gatekey/home", generation, highest: generation })

  test("goes with the stack; another's file in its place stays", async () => {
    const { one, at, markers } = fleet()
    await one.up(at(2))
    const [first = "", second = ""] = markers
    writeFileSync(second, JSON.stringify({ ...marksOf(2), stack: "gatekey/other" }))
    await one.destroy()
    expect([existsSync(first), existsSync(second)]).toEqual([false, true])
  })
})

describe("who, and at which commit", () => {
  const git = (at: string, ...args: string[]) => execFileSync("git", ["-C", at, ...args], { encoding: "utf8" }).trim()
  const repository = () => {
    const at = folder()
    git(at, "init", "-q")
    git(at, "config", "user.email", "me@example.com")
    git(at, "config", "user.name", "me")
    git(at, "commit", "-q", "--allow-empty", "-m", "first")
    return at
  }
  const startedIn = async (at: string) => {
    const started = await startPlugin({}, ["/bin/sh", "-c", 'cd "$0" && exec "$@"', at, launcher])
    onTestFinished(() => started.stop())
    return started
  }

  test("of the program's folder, whether or not all is committed; the repository is not written to", async () => {
    const at = repository()
    const head = git(at, "rev-parse", "HEAD")
    mkdirSync(join(at, "below"))
    const { one, at: news, receipts } = fleet(await startedIn(join(at, "below")))
    const index = join(at, ".git")
    const before = statSync(index, { bigint: true }).mtimeNs
    await one.up(news(1))
    expect(receipts().at(-1)).toMatchObject({ who: me, commit: head, dirty: false })
    expect(one.state?.outputs.last).toContain(` (commit ${head.slice(0, 8)}): 12 places`)
    writeFileSync(join(at, "Pulumi.home.yaml"), "config:\n")
    await one.up(news(2))
    expect(receipts().at(-1)).toMatchObject({ commit: head, dirty: true })
    expect(one.state?.outputs.last).toContain(` (commit ${head.slice(0, 8)}, with changes): 12 places`)
    expect(statSync(index, { bigint: true }).mtimeNs).toBe(before)
  })

  test.each([
    ["no repository", () => folder()],
    [
      "one without a commit",
      () => {
        const at = folder()
        git(at, "init", "-q")
        return at
      },
    ],
  ])("%s: none", async (_, make) => {
    const { one, at, receipts } = fleet(await startedIn(make()))
    await one.up(at(1))
    expect(Object.keys(receipts()[0] ?? {}).sort()).toEqual(["at", "generation", "places", "verdicts", "who"])
  })
})

test("no receipt is imported", async () => {
  const { one } = fleet()
  await expect(plugin.read(one.urn, "receipt")).rejects.toThrow("receipts are not imported")
})

test("what is missing or wrong is refused", async () => {
  const { one } = fleet()
  await expect(one.checked({ generation: "1", markers: { local: ["x"] }, verdicts: 1 })).rejects.toThrow(
    [
      "stack: is missing; it must be a string",
      "generation: must be an integer, 1 or more",
      "markers: a text of 1 character is relative; use ~/… or an absolute path",
      "verdicts: must be a list of strings",
    ].join("\n"),
  )
})
