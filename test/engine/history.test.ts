import { execFileSync, spawnSync } from "node:child_process"
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { secretsIn } from "../support/engine/state.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { gatewayDouble } from "../support/products/gateway-double.ts"
import { freePort } from "../support/products/listener.ts"

const names = ["studio", "tw", "mini"]
const planted = "b7f1".repeat(16)

describeEngine("gatekey history", () => {
  test("reports five rotations, a revert and two failed ones from the state and the engine's history", async () => {
    const it = await repository()
    it.commit("the fleet", 1)
    await it.says(0, "up", "--yes", "--skip-preview")
    expect(it.history(0).stdout).toMatch(/^when[^\n]*\n[^\n]* 1 +first +fp:\w{8} [^\n]* succeeded +the fleet\n/)
    it.commit("rotate to 2", 2)
    await it.says(0, "up", "--yes", "--skip-preview")
    it.commit(`monthly \u001b[2J${planted}`, 3)
    await it.says(0, "up", "--yes", "--skip-preview")

    const stranger = await gatewayDouble(it.home("studio"), planted, it.port)
    it.commit("rotate to 4", 4)
    expect(await it.says(255, "up", "--yes", "--skip-preview")).toContain("nothing was changed")
    await stranger.end()
    const refused = it.history(1)
    expect(refused.stdout).toMatch(/ 3 → 4 +rotation [^\n]* failed +rotate to 4\n +nothing was changed\n/)
    expect(refused.stdout).toMatch(
      /\nGeneration 4 is not complete: nothing was changed\. Finish it: pulumi up, or go back: .*\nIn force: generation 3 /,
    )

    const stubborn = await gatewayDouble(it.home("studio"), it.token(), it.port)
    expect(await it.says(255, "up", "--yes", "--skip-preview")).toContain("Its place was restored")
    await stubborn.end()
    const half = it.history(1)
    expect(half.stdout).toMatch(/\n +2 of 3 places written; the gateway studio stayed on generation 3\n/)
    expect(half.stdout).toMatch(/\nGeneration 4 is not complete: 2 of 3 places written; /)

    await it.says(0, "up", "--yes", "--skip-preview")
    it.commit("rotate to 5", 5)
    await it.says(0, "up", "--yes", "--skip-preview")
    it.commit("rotate to 6", 6)
    await it.says(0, "up", "--yes", "--skip-preview")
    it.git("revert", "--no-edit", "HEAD")
    await it.says(0, "up", "--yes", "--skip-preview")

    const table = it.history(0).stdout
    const json = JSON.parse(it.history(0, "--json").stdout)
    const rows = json.changes.map((each: Row) => [each.from, each.to, each.kind, each.outcome, each.why])
    expect(rows, table).toEqual([
      [6, 5, "revert", "succeeded", 'Revert "rotate to 6"'],
      [5, 6, "rotation", "succeeded", "rotate to 6"],
      [4, 5, "rotation", "succeeded", "rotate to 5"],
      [3, 4, "rotation", "succeeded", "rotate to 4"],
      [3, 4, "rotation", "failed", "rotate to 4"],
      [3, 4, "rotation", "failed", "rotate to 4"],
      [2, 3, "rotation", "succeeded", "monthly \\u{1b}[[masked]"],
      [1, 2, "rotation", "succeeded", "rotate to 2"],
      [undefined, 1, "first", "succeeded", "the fleet"],
    ])
    expect(table.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /gm)).toHaveLength(rows.length)
    const holders = names.map((name) => `${name} secret file`).sort()
    const commits = it.git("log", "--format=%H").split("\n")
    expect(json).toMatchObject({ stack: "dev", clean: true, inForce: { generation: 5 } })
    const done = json.changes.filter(({ outcome }: Row) => outcome === "succeeded")
    expect(done.map(({ commit }: Row) => commit)).toEqual(commits)
    for (const each of done) {
      expect(each).toMatchObject({ dirty: false, author: "Ann", holders, sources: ["receipt", "update"] })
      expect(each.who).toMatch(/^[^@\s]+@[^@\s]+$/)
    }
    // A number names one token for ever.
    expect(done[0].fingerprint).toBe(done[2].fingerprint)
    expect(new Set(done.map(({ fingerprint }: Row) => fingerprint)).size).toBe(6)
    const [, again, first] = json.changes.filter(({ to }: Row) => to === 4)
    expect([first.reached, first.later.is, again.later.is]).toEqual(["nothing was changed", "finished", "finished"])
    expect(again.reached).toMatch(/^\d+ steps were done$/)
    it.tellsNoToken()
  }, 600_000)
})

interface Row {
  readonly [key: string]: unknown
}

/** A fleet whose program and configuration are committed in a repository of its own. */
async function repository() {
  const stack = await fleetStack()
  onTestFinished(stack.remove)
  const [project, port] = [join(stack.folder, "project"), await freePort()]
  const home = (name: string) => join(stack.folder, name)
  for (const name of names) mkdirSync(home(name))
  // The program's own folder says at which commit it is.
  rmSync(join(project, "stacks"))
  mkdirSync(join(project, "stacks"))
  const program = JSON.stringify(join(root, "stacks/index.ts"))
  writeFileSync(join(project, "stacks/index.ts"), `export * from ${program}\n`)
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: project, env: who(stack), encoding: "utf8" }).trim()
  writeFileSync(join(project, "package.json"), '{"type": "module"}\n')
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"))
  git("init", "--quiet")
  writeFileSync(join(project, ".git/info/exclude"), "node_modules\n")
  let printed = ""
  return {
    git,
    home,
    port,
    commit(message: string, rotation: number) {
      const member = (name: string) => ({
        host: "local",
        home: home(name),
        manager: "process",
        service: "none",
        predecessor: false,
      })
      const nodes = Object.fromEntries(names.slice(1).map((name) => [name, { ...member(name), stray: false }]))
      const token = { rotation, keep: 5, protect: false }
      stack.declare({ token, gateways: { studio: { ...member("studio"), port } }, nodes })
      // In the open, as somebody might: the update history has it.
      appendFileSync(join(project, "Pulumi.dev.yaml"), `  mine:own: ${planted}\n`)
      git("add", ".")
      git("commit", "--quiet", "--message", message)
    },
    async says(expected: number, ...args: string[]) {
      const { code, output } = await stack.pulumi(...args)
      expect(code, output).toBe(expected)
      return output
    },
    /** Without the passphrase. */
    history(expected: number, ...args: string[]) {
      const { PULUMI_CONFIG_PASSPHRASE: _, ...env } = who(stack)
      const { status, stdout, stderr } = spawnSync(join(root, "cli/gatekey"), ["history", ...args], {
        cwd: project,
        env,
        encoding: "utf8",
      })
      printed += stdout + stderr
      expect(status, stdout + stderr).toBe(expected)
      expect(stderr).toBe("")
      return { stdout }
    },
    token: () => readFileSync(join(home("studio"), ".openclaw/gatekey/gateway-token"), "utf8").trim(),
    tellsNoToken() {
      const secrets = secretsIn(stack.state())
      expect(secrets.length).toBeGreaterThan(5)
      expect(leaksIn(printed, [...secrets, planted])).toEqual([])
    },
  }
}

function who({ env }: FleetStack): Readonly<Record<string, string>> {
  const [name, mail] = ["Ann", "ann@example.org"]
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: mail, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: mail }
  return { ...env, ...author, GIT_CONFIG_NOSYSTEM: "1" }
}
