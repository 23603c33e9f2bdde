import { chmodSync, linkSync, mkdirSync, truncateSync } from "node:fs"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { describeEngine, type Outcome, openStack, type Stack, stack } from "../support/engine/engine.ts"
import { noPlainUser } from "../support/engine/machine.ts"

const inCi = process.env.CI === "true"
const variable = (path: string) => ({ path: `~/${path}`, locator: "T" })
const drifted = "T=changeme\n"

interface Obstacle {
  readonly name: string
  readonly path: string
  readonly locator?: string
  readonly spoil: (dev: Stack, path: string) => void
  readonly mend: (dev: Stack, path: string) => void
  /** What the place is said to hold. */
  readonly holds: string
  /** Why it cannot be mended. */
  readonly why: string
}

const obstacles: readonly Obstacle[] = [
  {
    name: "closed file",
    path: "closed.env",
    spoil: (dev, path) => chmodSync(dev.at(path), 0),
    mend: (dev, path) => chmodSync(dev.at(path), 0o600),
    holds: "unreadable: permission denied (mode 0000)",
    why: "permission denied (mode 0000)",
  },
  {
    name: "file that does not parse",
    path: "broken.json",
    locator: "gateway.token",
    spoil: (dev, path) => dev.write(path, '{\n  "gateway": {\n    "token" "x"\n  }\n}\n'),
    mend: (dev, path) => dev.write(path, '{ "gateway": {} }\n'),
    holds: "unreadable: is not JSON5",
    why: "line 3, column 13",
  },
  {
    name: "directory instead of a file",
    path: "folder.env",
    spoil(dev, path) {
      dev.remove(path)
      dev.write(`${path}/kept`, "x")
    },
    mend: (dev, path) => dev.remove(path),
    holds: "unreadable: is a directory",
    why: "is a directory",
  },
  {
    name: "file of 100 MB",
    path: "huge.env",
    spoil: (dev, path) => truncateSync(dev.at(path), 100 * 1_048_576),
    mend: (dev, path) => dev.write(path, drifted),
    holds: "unreadable: has 100 MB; more than 8 MB is no configuration",
    why: "has 100 MB",
  },
  {
    name: "file in a read-only directory",
    path: "frozen/.env",
    spoil(dev, path) {
      dev.write(path, drifted)
      chmodSync(dev.at("frozen"), 0o500)
    },
    mend: (dev) => chmodSync(dev.at("frozen"), 0o700),
    holds: "the public default changeme",
    why: "permission denied; see: ls -ld",
  },
  {
    name: "file with a second hard link",
    path: "twin.env",
    spoil(dev, path) {
      dev.write(path, drifted)
      linkSync(dev.at(path), dev.at("other.env"))
    },
    mend: (dev) => dev.remove("other.env"),
    holds: "the public default changeme",
    why: "has 2 hard links, which writing would separate; remove the others first",
  },
]

describeEngine("a place that cannot be mended", () => {
  // The permissions bind only who is not root.
  const cases = noPlainUser && !inCi ? obstacles.filter(({ why }) => !why.startsWith("permission")) : obstacles
  const places = Object.fromEntries(
    [...cases, { name: "healthy", path: "healthy.env" }].map(({ name, path, ...rest }) => [
      name,
      { ...variable(path), ...("locator" in rest ? { locator: rest.locator } : {}) },
    ]),
  )
  let dev: Stack
  let preview: Outcome
  let up: Outcome
  let before: Readonly<Record<string, string>>
  let after: Readonly<Record<string, string>>

  beforeAll(async () => {
    dev = await openStack({ places }, { plainUser: noPlainUser === undefined || inCi })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    for (const { path, spoil } of cases) spoil(dev, path)
    dev.write("healthy.env", drifted)
    before = dev.look()
    preview = await dev.preview()
    up = await dev.up()
    after = dev.look()
  })
  afterAll(() => dev?.dispose())

  test.each(cases)("($name) is named by a preview that goes on, with the reason", ({ name, holds, why }) => {
    expect(preview.code, preview.output).toBe(0)
    const said = preview.diagnostics.filter((each) => each.name === name).map(({ message }) => message)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(holds)
    expect(said[0]).toContain("`pulumi up` cannot fix it: ")
    expect(said[0]).toContain(why)
  })

  test.each(cases)("($name) makes the up fail with the reason, and stays as it is", ({ name, path, why }) => {
    expect(up.code).not.toBe(0)
    const failed = up.diagnostics.filter((each) => each.name === name && each.severity === "error")
    expect(failed.map(({ message }) => message).join("\n"), up.output).toContain(why)
    expect(after[path]).toBe(before[path])
  })

  test("a failed place does not prevent the repair of others in the same up", async () => {
    expect(up.steps).toEqual(["update healthy"])
    expect(dev.read("healthy.env")).toBe(`T=${await dev.token()}\n`)
  })

  test("a failed place leaves no copy and no lock", () => {
    expect(dev.files().filter((name) => name.includes("gatekey-"))).toEqual([])
  })

  test("a failed place is repaired by the next up once it can be written", async () => {
    for (const { path, mend } of cases) mend(dev, path)
    await dev.deploy()
    const token = await dev.token()
    for (const { path } of cases) expect([path, dev.read(path).includes(token)]).toEqual([path, true])
  })
})

describeEngine("the first up of a place that cannot be written", () => {
  test("is refused in the preview, every such place named, and nothing is made", async () => {
    const bound = noPlainUser === undefined || inCi
    const dev = await stack(
      {
        places: {
          "broken plist": { path: "~/com.clawdbot.node.plist", locator: "T" },
          "not an object": { path: "~/openclaw.json", locator: "gateway.token" },
          "healthy one": variable("healthy.env"),
          ...(bound ? { "in a closed directory": variable("closed/deep/.env") } : {}),
        },
      },
      { plainUser: bound },
    )
    dev.write("com.clawdbot.node.plist", "<html><body>not a plist</body></html>\n")
    dev.write("openclaw.json", '{ "gateway": 3 }\n')
    if (bound) {
      mkdirSync(dev.at("closed"), { mode: 0o500 })
      onTestFinished(() => chmodSync(dev.at("closed"), 0o700))
    }
    const { diagnostics, output } = await dev.refused()
    const failed = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ name }) => name))
    expect(failed, output).toContain("broken plist")
    expect(failed, output).toContain("not an object")
    if (bound) expect(failed, output).toContain("in a closed directory")
    expect(failed).not.toContain("healthy one")
  })

  test("a place with an invalid path or locator is rejected in the preview, with the reason", async () => {
    const dev = await stack({ places: {} })
    const wrong = [
      {
        path: "~/a/../../x.env",
        locator: "T",
        message: 'a text of 15 characters goes up by ".."; write the path it means',
      },
      { path: "~root/x.env", locator: "T", message: "a text of 11 characters is the home of another user; use ~/" },
      { path: "x.env", locator: "T", message: "a text of 5 characters is relative" },
      { path: "~/x", locator: "T", message: "is not known from the file's name; set it to one of json5, dotenv" },
      { path: "~/x.env", locator: "A B", message: "a locator here is the name of a variable" },
    ]
    for (const { message, ...place } of wrong) {
      dev.declare({ places: { wrong: place } })
      const { code, output } = await dev.preview()
      expect(code).not.toBe(0)
      expect(output).toContain(message)
    }
    expect(dev.files()).toEqual([])
  })
})
