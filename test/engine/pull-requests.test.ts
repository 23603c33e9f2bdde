import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { type JobResult, runJob, type Variables } from "../support/cli/workflow.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { lives } from "../support/engine/kill.ts"
import { path } from "../support/engine/machine.ts"
import { root } from "../support/engine/program.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"

interface Said {
  readonly id: number
  readonly number?: number
  readonly state?: string
  readonly body: string
  readonly user: { readonly login: string }
}
interface Store {
  readonly pulls: { [number: string]: unknown }
  readonly comments: { [number: string]: Said[] }
  readonly issues: Said[]
  readonly next: number
}

/** The jobs of .github/workflows in a clone, with GitHub's interface as a double and Pulumi's engine as it is. */
describeEngine("the workflows", () => {
  let fleet: FleetStack
  let key = ""
  const passphrase = "planted passphrase"
  const githubToken = "planted-github-token"
  const secrets = new Set([passphrase, githubToken])
  const bot = { login: "github-actions[bot]" }
  const top = (name: string) => join(fleet.folder, name)
  const at = (name: string) => top(join("project", name))
  const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "")
  const secretFile = () => top("machine/.openclaw/gatekey/gateway-token")
  const store = () => JSON.parse(read(top("store.json"))) as Store
  const change = (edit: (it: Store) => void) => {
    const it = store()
    edit(it)
    writeFileSync(top("store.json"), JSON.stringify(it))
  }
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: at(""), env: fleet.env, encoding: "utf8", stdio: "pipe" }).trim()
  const calls = () => read(top("calls")).trim().split("\n").filter(Boolean)
  /** A pull request whose head has these files; the clone stays on the base branch. */
  function pullRequest(number: number, files: Readonly<Record<string, string>>, from = "me/fleet"): string {
    git("switch", "--quiet", "--force-create", `pr-${number}`, "main")
    for (const [name, text] of Object.entries(files)) {
      // Never through a link, which `stacks` is here.
      rmSync(at(name.split("/", 1)[0] ?? ""), { force: true, recursive: true })
      mkdirSync(join(at(name), ".."), { recursive: true })
      writeFileSync(at(name), text)
    }
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", `change ${number}`)
    const sha = git("rev-parse", "HEAD")
    git("switch", "--quiet", "main")
    change(({ pulls }) => {
      pulls[number] = { head: { repo: { full_name: from }, sha } }
    })
    return sha
  }
  const proposed = (from: string | RegExp, to: string) => {
    const text = read(at("Pulumi.dev.yaml")).replace(from, to)
    expect(text).not.toBe(read(at("Pulumi.dev.yaml")))
    return { "Pulumi.dev.yaml": text }
  }
  function job(workflow: string, name: string, values: Variables = {}): JobResult {
    rmSync(top("calls"), { force: true })
    rmSync(top("keys"), { force: true })
    const { PULUMI_CONFIG_PASSPHRASE, PULUMI_BACKEND_URL, PULUMI_STACK, ...env } = fleet.env
    const result = runJob(workflow, name, {
      cwd: at(""),
      env: {
        ...env,
        PATH: `${top("bin")}:${path}`,
        CALLS: top("calls"),
        KEYS: top("keys"),
        GITHUB_STORE: top("store.json"),
        GITHUB_CLONE: at(""),
        GITHUB_REPOSITORY: "me/fleet",
      },
      values: {
        "vars.GATEKEY_STACK": "dev",
        "vars.PULUMI_BACKEND_URL": PULUMI_BACKEND_URL ?? "",
        "vars.GATEKEY_KNOWN_HOSTS": "",
        "vars.GATEKEY_APPROVED": "",
        "secrets.PULUMI_ACCESS_TOKEN": "",
        "secrets.PULUMI_CONFIG_PASSPHRASE": passphrase,
        "secrets.GATEKEY_SSH_KEY": key,
        "github.token": githubToken,
        "github.event.pull_request.number || inputs.number": "7",
        ...values,
      },
    })
    const shown = [result.log, read(top("store.json")), read(top("calls")), read(at("gatekey-report/comment.md"))]
    expect(leaksIn(shown.join("\n"), secrets)).toEqual([])
    return result
  }
  const check = () => job("preview.yml", "check")
  const preview = (outputs: Variables, more: Variables = {}) =>
    job("preview.yml", "preview", { "needs.check.outputs.commit": outputs.commit ?? "", ...more })
  const comment = () => job("preview.yml", "comment")
  const comments = () => store().comments["7"] ?? []
  const drift = (more: Variables = {}) => {
    const { outputs, code, log } = job("drift.yml", "look", more)
    expect(code, log).toBe(0)
    expect(job("drift.yml", "tell", { "needs.look.outputs.code": outputs.code ?? "" }).code).toBe(0)
    return outputs.code
  }
  const token = () => {
    const value = readFileSync(secretFile(), "utf8").trim()
    secrets.add(value)
    return value
  }

  beforeAll(async () => {
    const me = ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "me"],
      [`GIT_${who}_EMAIL`, "me@example.org"],
    ])
    fleet = await fleetStack({
      ...Object.fromEntries(me),
      GIT_CONFIG_NOSYSTEM: "1",
      PULUMI_CONFIG_PASSPHRASE: passphrase,
    })
    const studio = { host: "local", home: top("machine"), manager: "launchd", service: "none", predecessor: false }
    fleet.declare({ token: { rotation: 1, maxAge: "30d", protect: false }, gateways: { studio } })
    mkdirSync(at("node_modules/.bin"), { recursive: true })
    symlinkSync(join(root, "cli/gatekey"), at("node_modules/.bin/gatekey"))
    cpSync(join(root, "examples/ci"), at("examples/ci"), { recursive: true })
    mkdirSync(top("bin"))
    symlinkSync(join(root, "test/doubles/gh-api"), top("bin/gh"))
    // Notes what the engine is asked for, and which keys its agent has.
    writeFileSync(
      top("bin/pulumi"),
      `#!/bin/sh\necho "pulumi $*" >>"$CALLS"\n[ -z "\${SSH_AGENT_PID-}" ] || { echo "$SSH_AGENT_PID" && ssh-add -l; } >>"$KEYS"\nPATH=\${PATH#*:} exec pulumi "$@"\n`,
    )
    chmodSync(top("bin/pulumi"), 0o755)
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "the fleet's", "-f", top("key")])
    key = readFileSync(top("key"), "utf8").trim()
    for (const line of key.split("\n").slice(1, -1)) secrets.add(line)
    writeFileSync(at(".gitignore"), "node_modules\ngatekey-report\nproposed.yaml\n")
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message", "the fleet")
    writeFileSync(top("store.json"), JSON.stringify({ pulls: {}, comments: {}, issues: [], next: 1 }))
    const { code, output } = await fleet.pulumi("up", "--yes")
    expect(code, output).toBe(0)
    token()
  })
  afterAll(() => fleet?.remove())

  test("workflows preview a rotation in one comment, which they rewrite, with the code of the base branch", () => {
    const before = read(at("Pulumi.dev.yaml"))
    const evil = `require("node:fs").writeFileSync(${JSON.stringify(top("ran"))}, "")`
    pullRequest(7, {
      ...proposed("rotation: 1", "rotation: 2"),
      "stacks/index.ts": evil,
      "examples/ci/gatekey-ci.sh": `#!/bin/sh\ntouch ${top("ran")}\n`,
      "Pulumi.yaml": "name: gatekey\nruntime: {name: nodejs}\n",
    })
    change(({ comments }) => {
      comments["7"] = Array.from({ length: 120 }, (_, id) => ({
        id: 1000 + id,
        body: id === 0 ? "<!-- gatekey preview of dev -->\nnot ours" : "more",
        user: { login: "mallory" },
      }))
    })
    const checked = check()
    expect(checked, checked.log).toMatchObject({ code: 0, outputs: { verdict: "free", commit: /^/ } })
    expect(calls().filter((line) => line.startsWith("pulumi"))).toEqual([])
    const looked = preview(checked.outputs)
    expect(looked.code, looked.log).toBe(0)
    const posted = comment()
    expect(posted.code, posted.log).toBe(0)
    expect(existsSync(top("ran"))).toBe(false)
    expect(read(at("Pulumi.dev.yaml"))).toBe(before)
    expect(comments().filter(({ user }) => user.login === bot.login)).toEqual([
      expect.objectContaining({
        body: expect.stringMatching(/^<!-- gatekey preview of dev -->\n### gatekey dev: rotation 1 → 2/),
      }),
    ])

    pullRequest(7, proposed("rotation: 1", "rotation: 3"))
    expect(preview(check().outputs).code).toBe(0)
    expect(comment().code).toBe(0)
    expect(comments()).toHaveLength(121)
    expect(comments()[0]?.body).toContain("not ours")
    expect(comments().at(-1)?.body).toContain("rotation 1 → 3")
  })

  test("hand the key to an agent that ends with the step", async () => {
    pullRequest(7, proposed("rotation: 1", "rotation: 2"))
    const { outputs } = check()
    expect(read(top("keys"))).toBe("")
    expect(preview(outputs).code).toBe(0)
    const [agent = "", ...held] = read(top("keys")).trim().split("\n")
    expect(held).toEqual([expect.stringContaining("the fleet's (ED25519)")])
    await vi.waitFor(() => expect(lives(Number(agent))).toBe(false))
  })

  test.each([
    ["another host", /host: local/, "host: ssh://mallory@evil.example"],
    ["a hook", "config:", 'config:\n  gatekey:afterRotation: [{host: local, command: "curl evil.example"}]'],
    ["a program", "service: none", "service: none\n      program: {command: [/bin/sh, -c, evil]}"],
  ])("start no engine for %s before a reviewer has approved it", (_, from, to) => {
    pullRequest(7, proposed(from, to))
    const { code, outputs, log } = check()
    expect({ code, verdict: outputs.verdict }, log).toEqual({ code: 0, verdict: "reviewed" })
    const refused = preview(outputs)
    expect(refused.code).toBe(1)
    expect(refused.log).toContain("a reviewer must approve that before a preview")
    expect(calls().filter((line) => line.startsWith("pulumi"))).toEqual([])
    expect(read(top("keys"))).toBe("")
  })

  test("workflows preview the approved commit, not a later push", () => {
    const node =
      "config:\n  gatekey:nodes:\n    tw: {host: local, manager: launchd, service: none, predecessor: false, home: HOME}"
    pullRequest(7, proposed("config:", node.replace("HOME", top("tw"))))
    const { outputs } = check()
    pullRequest(7, proposed(/host: local/, "host: ssh://mallory@evil.example"))
    const looked = preview(outputs, { "vars.GATEKEY_APPROVED": "true" })
    expect(looked.code, looked.log).toBe(0)
    expect(read(at("gatekey-report/comment.md"))).toMatch(/- tw /)
    expect(looked.log).not.toContain("evil.example")
  })

  test.each([
    ["another package's configuration", "config:", "config:\n  docker:host: tcp://evil.example:2375"],
    ["no YAML", "config:", "config: ["],
  ])("refuse %s for good, without a secret at hand", (_, from, to) => {
    const commit = pullRequest(7, proposed(from, to))
    const { code, outputs, log } = check()
    expect(code, log).toBe(1)
    expect(outputs.verdict).toBeUndefined()
    expect(preview({ commit }, { "vars.GATEKEY_APPROVED": "true" }).code).toBe(1)
    expect(calls().filter((line) => line.startsWith("pulumi"))).toEqual([])
  })

  test("workflows ignore forks and events that are not pull requests", () => {
    pullRequest(7, proposed("rotation: 1", "rotation: 2"), "mallory/fleet")
    const { code, log } = check()
    expect(code).toBe(1)
    expect(log).toContain("pull request 7 comes from a fork: it is not previewed with the fleet's keys")
    expect(calls().filter((line) => line.includes("contents"))).toEqual([])
    const odd = job("preview.yml", "check", { "github.event.pull_request.number || inputs.number": "7/../8" })
    expect(odd).toMatchObject({ code: 1, log: expect.stringContaining("NUMBER is no pull request's number") })
    expect(calls()).toEqual([])
  })

  test("workflows open one issue for drift, rewrite it, and close it", () => {
    expect(drift()).toBe("0")
    expect(store().issues).toEqual([])
    const right = token()
    writeFileSync(secretFile(), "clawdbot-local-dev\n")
    expect(drift()).toBe("1")
    expect(drift({ "secrets.PULUMI_CONFIG_PASSPHRASE": "wrong" })).toBe("2")
    expect(store().issues).toEqual([
      expect.objectContaining({
        title: "gatekey: dev needs you",
        state: "open",
        body: expect.stringMatching(/^<!-- gatekey drift of dev -->\n### gatekey: nobody could look/),
      }),
    ])
    expect(drift()).toBe("1")
    expect(store().issues).toEqual([
      expect.objectContaining({ body: expect.stringMatching(/\n### gatekey dev: 1 place differs/) }),
    ])
    writeFileSync(secretFile(), right)
    expect(drift()).toBe("0")
    expect(store().issues).toEqual([expect.objectContaining({ state: "closed", state_reason: "completed" })])
  })

  test("workflows roll out a merge, which is reported as drift until then", () => {
    writeFileSync(at("Pulumi.dev.yaml"), proposed("rotation: 1", "rotation: 2")["Pulumi.dev.yaml"])
    expect(drift()).toBe("1")
    const before = token()
    const { code, log } = job("up.yml", "up")
    expect(code, log).toBe(0)
    expect(token()).not.toBe(before)
    expect(leaksIn(log, secrets)).toEqual([])
    expect(drift()).toBe("0")
    expect(store().issues.map(({ state }) => state)).not.toContain("open")
  })

  test("workflows open a pull request for a due rotation, and preview it", () => {
    git("commit", "--quiet", "--all", "--message", "rotated")
    git("init", "--quiet", "--bare", "--initial-branch=main", top("origin.git"))
    git("remote", "add", "origin", top("origin.git"))
    git("push", "--quiet", "--set-upstream", "origin", "main")
    expect(job("rotate.yml", "rotate")).toMatchObject({ code: 0, log: expect.stringContaining("is not due before") })
    expect(calls().filter((line) => line.startsWith("gh"))).toEqual([])
    writeFileSync(at("Pulumi.dev.yaml"), proposed("maxAge: 30d", "maxAge: 1s")["Pulumi.dev.yaml"])
    git("commit", "--quiet", "--all", "--message", "due")
    const { code, log } = job("rotate.yml", "rotate")
    expect(code, log).toBe(0)
    expect(git("ls-remote", "origin", "refs/heads/gatekey/rotation-3")).not.toBe("")
    expect(calls().at(-1)).toBe("gh workflow run preview.yml -f number=7")
    expect(calls().filter((line) => line.startsWith("pulumi") && !line.includes(" stack export "))).toEqual([])
  })

  test("workflows reject settings with which the engine writes tokens in the clear", () => {
    const script = { cwd: at(""), env: { ...fleet.env, PULUMI_DEBUG_GRPC: top("grpc") }, encoding: "utf8" } as const
    expect(() => execFileSync(at("examples/ci/gatekey-ci.sh"), ["drift"], { ...script, stdio: "pipe" })).toThrow(
      /PULUMI_DEBUG_GRPC makes Pulumi write tokens in the clear/,
    )
  })
})
