import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { type Checkout, checkout, root, run } from "./checkout.ts"

const setup = "tools/setup.sh"
const everything = ["npm", "node", "go", "curl"]
const again = "run `make setup` again"

const complete = (tree: Checkout): void => {
  expect(readFileSync(tree.at(".tools/bin/pulumi"), "utf8")).toContain("echo v3.200.0")
  expect(readFileSync(tree.at(".tools/bin/pulumi-language-nodejs"), "utf8")).toContain("echo v3.200.0")
  expect(existsSync(tree.at("node_modules/.package-lock.json"))).toBe(true)
  expect(readdirSync(tree.at(".tools")).sort()).toEqual(["bin", "log", "node"])
}

describe("a fresh checkout", () => {
  test("is set up, and a second run does nothing", async () => {
    const tree = checkout(everything)
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
    complete(tree)
    const calls = tree.calls()
    expect(calls.filter((call) => call.startsWith("go "))).toHaveLength(2)
    expect(calls.filter((call) => call.startsWith("npm "))).toHaveLength(1)

    const second = await tree.start(setup).end
    expect(second).toMatchObject({ code: 0 })
    expect(second.output).toMatch(/node v\d+\S+ is there\n.*pulumi v3\.200\.0 is there\n.*npm packages are there\n/)
    expect(tree.calls()).toEqual(calls)
  })

  test("gets what starts a policy pack, from the Node SDK's sources; without Go it does without, and says so", async () => {
    const tree = checkout(everything)
    await tree.start(setup).end
    const analyzer = tree.at(".tools/bin/pulumi-analyzer-policy")
    expect(statSync(analyzer).mode & 0o777).toBe(0o755)
    rmSync(analyzer)
    rmSync(join(tree.path, "../bin/go"))
    const second = await tree.start(setup).end
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("policy packs will not run") })
    expect(existsSync(analyzer)).toBe(false)
  })

  test("may lie in a folder with a space and a quote in its name", async () => {
    const tree = checkout(everything, "it's a place")
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
    complete(tree)
  })

  test("gets a newer Node where the one on PATH is too old", async () => {
    const tree = checkout(["npm", "old-node", "go", "curl"])
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
    complete(tree)
    expect(readlinkSync(tree.at(".tools/node/bin/node"))).toBe(process.execPath)
  })

  test("gets a newer Pulumi where the one on PATH is too old", async () => {
    const tree = checkout([...everything, "pulumi"])
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
    complete(tree)
  })

  test("takes Pulumi from the vendor's installer where its site answers, and leaves the home alone", async () => {
    const tree = checkout(everything)
    expect(await tree.start(setup, [], { CURL_DOES: "installer" }).end).toMatchObject({ code: 0 })
    complete(tree)
    expect(tree.calls().filter((call) => call.startsWith("go "))).toEqual([])
    expect(readdirSync(join(tree.path, "../home"))).toEqual([])
  })

  test("does not run a sign-in page as the vendor's installer", async () => {
    const tree = checkout(everything)
    expect(await tree.start(setup, [], { CURL_DOES: "page" }).end).toMatchObject({ code: 0 })
    expect(tree.calls().filter((call) => call.startsWith("go "))).toHaveLength(2)
  })
})

describe("what is missing is named in one line, with what to install", () => {
  test.each([
    { what: "no npm", programs: ["node", "go", "curl"], env: {}, says: ["npm is missing", "https://nodejs.org"] },
    { what: "no Node", programs: ["npm", "go", "curl"], env: {}, says: ["node is missing", "https://nodejs.org"] },
    {
      what: "an old Node, and npm without network",
      programs: ["npm", "old-node", "go", "curl"],
      env: { NPM_DOES: "offline" },
      says: ["node >= 24 is missing", "https://nodejs.org"],
    },
    {
      what: "no Pulumi, no network and no Go",
      programs: ["npm", "node", "curl"],
      env: {},
      says: ["pulumi >= 3.200 is missing", "no Go is here", "https://go.dev/dl/", "Install Pulumi"],
    },
    {
      what: "no Pulumi, no network and an old Go",
      programs: everything,
      env: { GO_DOES: "old" },
      says: ["go1.19.8 is here", "Go >= 1.24"],
    },
    {
      what: "no Pulumi, and Go without network",
      programs: everything,
      env: { GO_DOES: "offline" },
      says: ["pulumi >= 3.200 is missing", "can be reached", "get on the network"],
    },
    {
      what: "no curl and no Go",
      programs: ["npm", "node"],
      env: {},
      says: ["pulumi >= 3.200 is missing", "https://go.dev/dl/"],
    },
    { what: "npm ci without network", programs: everything, env: { NPM_DOES: "offline" }, says: ["cannot be reached"] },
  ])("$what", async ({ programs, env, says }) => {
    const { code, output } = await checkout(programs).start(setup, [], env).end
    expect(code).toBe(1)
    const complaint = output.trimEnd().split("\n").at(-1)
    for (const part of [...says, again]) expect(complaint).toContain(part)
    expect(output).not.toMatch(/not found|No such file|lookup modules/)
  })

  test.each([
    { what: "a build", env: { GO_DOES: "fail" }, log: /^undefined: something$/m },
    { what: "npm ci", env: { NPM_DOES: "fail" }, log: /^npm error code EUSAGE$/m },
  ])("$what that fails for another reason points to its log", async ({ env, log }) => {
    const tree = checkout(everything)
    const { code, output } = await tree.start(setup, [], env).end
    expect(code).toBe(1)
    const file = /\.tools\/log\/\S+\.log/.exec(output)?.[0] ?? "none"
    expect(readFileSync(tree.at(file), "utf8")).toMatch(log)
  })
})

describe("cut off in the middle, it works when run again", () => {
  const steps = [
    { step: "fetching Node", programs: ["npm", "old-node", "go", "curl"], env: { NPM_DOES: "hang" } },
    { step: "building Pulumi", programs: everything, env: { GO_DOES: "hang" } },
    { step: "npm ci", programs: everything, env: { NPM_DOES: "hang" } },
  ]

  test.each(steps)("$step, killed with all it started", async ({ programs, env }) => {
    const tree = checkout(programs)
    const first = tree.start(setup, [], env)
    await tree.hanging()
    process.kill(-(first.child.pid ?? 0), "SIGKILL")
    await first.end
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
    complete(tree)
  })

  test.each(steps)("$step, killed alone while its child goes on", async ({ programs, env }) => {
    const tree = checkout(programs)
    const first = tree.start(setup, [], env)
    await tree.hanging()
    process.kill(first.child.pid ?? 0, "SIGKILL")
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
    complete(tree)
  })

  test.each(steps)("$step, asked to stop: it stops its children and leaves no lock", async ({ programs, env }) => {
    const tree = checkout(programs)
    const first = tree.start(setup, [], env)
    const child = await tree.hanging()
    process.kill(first.child.pid ?? 0, "SIGTERM")
    expect(await first.end).toMatchObject({ code: 143 })
    expect(() => process.kill(child, 0)).toThrow("ESRCH")
    expect(readdirSync(tree.at(".tools")).sort()).toEqual(["bin", "log", "node"])
  })

  test("half a node_modules is noticed", async () => {
    const tree = checkout(everything)
    await tree.start(setup).end
    rmSync(tree.at("node_modules/alpha/package.json"))
    expect((await tree.start(setup).end).output).toContain("npm ci")
    complete(tree)
  })

  test("a node_modules of an older package-lock.json is renewed", async () => {
    const tree = checkout(everything)
    await tree.start(setup).end
    const lock = readFileSync(tree.at("package-lock.json"), "utf8")
    writeFileSync(tree.at("package-lock.json"), lock.replaceAll("1.0.0", "1.0.1"))
    expect((await tree.start(setup).end).output).toContain("npm ci")
    expect((await tree.start(setup).end).output).toContain("npm packages are there")
  })
})

describe("several at once", () => {
  test("wait for each other, and each thing is made once", async () => {
    const tree = checkout(everything)
    const outcomes = await Promise.all([1, 2, 3].map(() => tree.start(setup).end))
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0])
    complete(tree)
    expect(tree.calls().filter((call) => /^(go|npm) /.test(call))).toHaveLength(3)
  })

  test("a lock whose process id now belongs to another program is stale", async () => {
    const tree = checkout(everything)
    mkdirSync(tree.at(".tools"))
    symlinkSync(String(process.pid), tree.at(".tools/setup.lock"))
    expect(await tree.start(setup).end).toMatchObject({ code: 0 })
  })
})

test("the engine is built from the version that setup.sh names", () => {
  const version = /^PULUMI_VERSION=(\S+)$/m.exec(readFileSync(join(root, setup), "utf8"))?.[1]
  const module = `github.com/pulumi/pulumi/pkg/v3 v${version}`
  expect(readFileSync(join(root, "tools/pulumi/go.mod"), "utf8")).toContain(module)
})

// It is the real checkout: a double that is called after all must not put anything in the place of what is there.
const failing = { NPM_DOES: "fail", GO_DOES: "fail", CURL_DOES: "fail" }
const ready = process.env.CI || (existsSync(join(root, ".tools/log")) && existsSync(join(root, "node_modules")))

test.runIf(ready)("this checkout is set up already: neither go, npm nor curl is run [needs `make setup`]", async () => {
  const tree = checkout(["npm", "go", "curl"])
  const path = `${join(tree.path, "../bin")}:${process.env.PATH}`
  const calls = join(tree.path, "../calls")
  const { code, output } = await run(join(root, setup), [], { ...process.env, PATH: path, CALLS: calls, ...failing })
    .end
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/(.* there\n){3}setup: ready\n/) })
  expect(tree.calls()).toEqual([])
})
