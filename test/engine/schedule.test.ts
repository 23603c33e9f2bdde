import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"

const me = { NAME: "me", EMAIL: "me@example.org" }
const identity = Object.fromEntries(
  Object.entries(me).flatMap(([key, value]) => ["AUTHOR", "COMMITTER"].map((who) => [`GIT_${who}_${key}`, value])),
)

/** examples/cron/daily.sh in a clone with a remote, as cron, launchd and systemd start it. */
describeEngine("the daily run", () => {
  let fleet: FleetStack
  const seen: string[] = []
  const at = (name: string) => join(fleet.folder, "project", name)
  const read = (name: string) => readFileSync(at(name), "utf8")
  const secretFile = () => at("../machine/.openclaw/gatekey/gateway-token")
  const token = () => readFileSync(secretFile(), "utf8")
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: at(""), env: fleet.env, encoding: "utf8", stdio: "pipe" }).trim()
  const edit = (from: string, to: string) => {
    writeFileSync(at("Pulumi.dev.yaml"), read("Pulumi.dev.yaml").replace(from, to))
    git("commit", "--quiet", "--all", "--message", to)
  }
  const generation = async () => Number((await fleet.pulumi("stack", "output", "generation")).output)
  function daily() {
    const { status, stdout, stderr } = spawnSync(join(root, "examples/cron/daily.sh"), [at("")], {
      env: fleet.env,
      encoding: "utf8",
      timeout: 150_000,
    })
    for (const each of seen) expect(`${stdout}${stderr}`.includes(each)).toBe(false)
    return { status, stdout, stderr }
  }

  beforeAll(async () => {
    fleet = await fleetStack({ ...identity, GIT_CONFIG_NOSYSTEM: "1" })
    fleet.declare({
      token: { rotation: 1, maxAge: "30d", protect: false },
      gateways: {
        studio: {
          host: "local",
          home: join(fleet.folder, "machine"),
          manager: "launchd",
          service: "none",
          predecessor: false,
        },
      },
    })
    // As `npm install` links it.
    mkdirSync(at("node_modules/.bin"), { recursive: true })
    symlinkSync(join(root, "cli/gatekey"), at("node_modules/.bin/gatekey"))
    writeFileSync(at(".gitignore"), "node_modules\n")
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message", "the fleet")
    git("init", "--quiet", "--bare", "--initial-branch=main", "../origin.git")
    git("remote", "add", "origin", "../origin.git")
    git("push", "--quiet", "--set-upstream", "origin", "main")
    const { code, output } = await fleet.pulumi("up", "--yes")
    expect(code, output).toBe(0)
    seen.push(token())
  })
  afterAll(() => fleet?.remove())

  test("before maxAge is over, reports and changes nothing", () => {
    const before = git("rev-parse", "HEAD")
    expect(daily()).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(git("rev-parse", "HEAD")).toBe(before)
    expect(token() === seen[0]).toBe(true)
  })

  test("once maxAge is over, rotates: committed, pushed, rolled out, no changes left", async () => {
    edit("maxAge: 30d", "maxAge: 1s")
    expect(daily()).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(git("log", "-1", "--format=%s", "origin/main")).toBe("gatekey: rotate to generation 2")
    expect(git("status", "--porcelain")).toBe("")
    expect(read("Pulumi.dev.yaml")).toContain("rotation: 2")
    expect(await generation()).toBe(2)
    expect(seen.includes(token())).toBe(false)
    seen.push(token())
  })

  test("after a rotation back, rotates to a new token under a new number", async () => {
    git("revert", "--no-edit", "HEAD")
    const { code, output } = await fleet.pulumi("up", "--yes")
    expect(code, output).toBe(0)
    expect(token() === seen[0]).toBe(true)
    expect(daily()).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(read("Pulumi.dev.yaml")).toContain("rotation: 3")
    expect(await generation()).toBe(3)
    expect(seen.includes(token())).toBe(false)
  })

  test("fails without a change if a place has drifted or a lowered number was not rolled out", async () => {
    edit("rotation: 3", "rotation: 2")
    writeFileSync(secretFile(), "clawdbot-local-dev\n")
    expect(daily()).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("contains the public default clawdbot-local-dev; expected generation 2"),
    })
    expect(await generation()).toBe(3)
    expect(readFileSync(secretFile(), "utf8")).toBe("clawdbot-local-dev\n")
  })
})
