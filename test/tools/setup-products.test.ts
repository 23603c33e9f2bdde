import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { packagesOf } from "../../tools/setup/installed.ts"
import { type Checkout, checkout, lockfile, root } from "./checkout.ts"

const script = "tools/setup-products.sh"
const programs = ["npm", "node"]

/** A checkout whose products have one package each. */
const fresh = (with_ = programs): Checkout => {
  const tree = checkout(with_)
  for (const name of ["openclaw", "clawdbot"])
    writeFileSync(tree.at("tools/products", name, "package-lock.json"), lockfile)
  return tree
}

test("installs what is named beside what is there, and a second run does nothing", async () => {
  const tree = fresh()
  expect(await tree.start(script, ["openclaw"]).end).toMatchObject({ code: 0 })
  expect(readdirSync(tree.at(".tools"))).toEqual(["log", "products"])
  expect(readdirSync(tree.at(".tools/products"))).toEqual(["openclaw"])
  expect(await tree.start(script).end).toMatchObject({ code: 0, output: expect.stringContaining("openclaw is there") })
  expect(readdirSync(tree.at(".tools/products"))).toEqual(["clawdbot", "openclaw"])
  const calls = tree.calls()
  expect(calls).toHaveLength(2)
  expect((await tree.start(script).end).output).toBe("setup: openclaw is there\nsetup: clawdbot is there\n")
  expect(tree.calls()).toEqual(calls)
})

test("a newer lock file, or half an install, is mended", async () => {
  const tree = fresh()
  await tree.start(script, ["openclaw"]).end
  writeFileSync(tree.at("tools/products/openclaw/package-lock.json"), lockfile.replaceAll("1.0.0", "1.0.1"))
  expect((await tree.start(script, ["openclaw"]).end).output).toContain("npm ci")
  rmSync(tree.at(".tools/products/openclaw/node_modules/alpha/package.json"))
  expect((await tree.start(script, ["openclaw"]).end).output).toContain("npm ci")
  expect((await tree.start(script, ["openclaw"]).end).output).toContain("is there")
})

test.each([
  { what: "no network", env: { NPM_DOES: "offline" }, says: "run `tools/setup-products.sh openclaw` again" },
  { what: "npm fails", env: { NPM_DOES: "fail" }, says: "see .tools/log/openclaw.log" },
])("$what: one line says what to do, and nothing half made is left", async ({ env, says }) => {
  const tree = fresh()
  const { code, output } = await tree.start(script, ["openclaw"], env).end
  expect([code, output.trimEnd().split("\n").at(-1)]).toEqual([1, expect.stringContaining(says)])
  expect(readdirSync(tree.at(".tools"))).toEqual(["log"])
})

test("without Node, or with a name that is not a product, nothing begins", async () => {
  expect(await fresh(["npm"]).start(script).end).toMatchObject({
    code: 1,
    output: expect.stringContaining("make setup"),
  })
  const { code, output } = await fresh().start(script, ["openclew"]).end
  expect([code, output]).toEqual([1, 'setup: "openclew" is not a product; expected openclaw or clawdbot.\n'])
})

describe("several at once", () => {
  test("wait for each other", async () => {
    const tree = fresh()
    const ends = await Promise.all([1, 2].map(() => tree.start(script, ["openclaw"]).end))
    expect(ends.map(({ code }) => code)).toEqual([0, 0])
    expect(tree.calls()).toHaveLength(1)
  })

  test("a lock whose process id now belongs to another program is stale", async () => {
    const tree = fresh()
    mkdirSync(tree.at(".tools"))
    symlinkSync(String(process.pid), tree.at(".tools/setup.lock"))
    expect(await tree.start(script, ["openclaw"]).end).toMatchObject({ code: 0 })
  })

  test("killed in the midst, it works when run again", async () => {
    const tree = fresh()
    const first = tree.start(script, ["openclaw"], { NPM_DOES: "hang" })
    await tree.hanging()
    process.kill(-(first.child.pid ?? 0), "SIGKILL")
    await first.end
    expect(await tree.start(script, ["openclaw"]).end).toMatchObject({ code: 0 })
    expect(existsSync(tree.at(".tools/products/openclaw/node_modules/.package-lock.json"))).toBe(true)
  })
})

describe.each(["openclaw", "clawdbot"])("the lock file of %s", (name) => {
  const file = join(root, "tools/products", name, "package-lock.json")
  const wanted = packagesOf(file)

  test("names the optional packages of every platform, and no registry", () => {
    const known = new Set(Object.keys(wanted).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)))
    const optional = Object.values(wanted).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    expect(optional.filter((each) => !known.has(each))).toEqual([])
    expect(readFileSync(file, "utf8")).not.toMatch(/"resolved": "\w+:/)
  })

  test("pins the product itself", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "tools/products", name, "package.json"), "utf8"))
    expect(dependencies[name]).toBe(wanted[`node_modules/${name}`]?.version)
  })
})
