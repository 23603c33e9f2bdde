import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { folder, type Workflow } from "../../support/cli/workflow.ts"
import { broken, isSwitched } from "../../support/cli/workflow-rules.ts"
import { path } from "../../support/engine/machine.ts"
import { root } from "../../support/engine/program.ts"

const textOf = (name: string) => readFileSync(join(folder, name), "utf8")
const rulesOn = (text: string) => broken(parse(text) as Workflow, text)
const isThere = (program: string) => path.split(delimiter).some((each) => existsSync(join(each, program)))

describe.each(readdirSync(folder))("the workflow %s", (name) => {
  test("keeps every rule", () => {
    expect(rulesOn(textOf(name))).toEqual([])
  })

  test("calls only what is there, as it wants to be called", () => {
    const calls = textOf(name).match(/(?:examples\/ci\/\S+|\bmake) \w+/g) ?? []
    expect(calls).not.toEqual([])
    for (const call of calls) {
      const [script = "", verb = ""] = call.split(" ")
      const [file, names] =
        script === "make" ? ["Makefile", `^${verb}:`] : [script, `^#(?: .*:|.*[|]|  ) ?.*\\b${verb}\\b`]
      expect(readFileSync(join(root, file), "utf8")).toMatch(new RegExp(names, "m"))
    }
    for (const path of textOf(name).match(/\btest\/\S+\.test\.ts/g) ?? [])
      expect(existsSync(join(root, path))).toBe(true)
  })
})

const the = (expression: string) => `$${`{{ ${expression} }}`}`

describe("a rule fires on", () => {
  const preview = textOf("preview.yml")
  const pinned = /uses: actions\/checkout@.*/
  const first = (from: string | RegExp, to: string, text = preview) => {
    expect(text).toMatch(from)
    return text.replace(from, to)
  }
  test.each([
    ["an action by its tag", first(pinned, "uses: actions/checkout@v7"), "not pinned: - uses: actions/checkout@v7"],
    ["an action whose version nobody says", first(/ # v7\.0\.1/, ""), "not pinned: "],
    [
      "permissions for all jobs",
      first("permissions: {}", "permissions: { contents: read }"),
      "workflow: permissions are not empty",
    ],
    [
      "permissions for everything",
      first("permissions: { contents: read }", "permissions: write-all"),
      "preview: permissions for everything",
    ],
    ["no permissions", first("    permissions: { contents: read }\n", ""), "preview: no permissions of its own"],
    [
      "a job that writes two things",
      first("pull-requests: write }", "pull-requests: write, issues: write }"),
      "comment: writes more than one thing",
    ],
    [
      "a job that posts and has secrets",
      first(
        "contents: read, pull-requests: write }",
        "contents: read, pull-requests: write }\n    environment: gatekey",
      ),
      "comment: writes, and has an environment",
    ],
    [
      "a secret outside of an environment",
      first(/ {4}environment: .*\n/, ""),
      "preview: a secret without an environment",
    ],
    [
      "a secret for a whole job",
      first("    outputs:", `    environment: gatekey\n    env: { X: '${the("secrets.X")}' }\n    outputs:`),
      "check: a secret for all steps",
    ],
    [
      "a secret for a whole workflow",
      first("env:\n", `env:\n  X: ${the("secrets.X")}\n`),
      "workflow: a secret for all jobs",
    ],
    [
      "a secret for an action",
      first("pulumi-version: 3.270.0", `github-token: '${the("secrets.X")}'`),
      "preview: a secret for an action",
    ],
    [
      "a title in a script",
      first(
        "run: examples/ci/github.sh file",
        `run: echo ${the("github.event.pull_request.title")}; examples/ci/github.sh file`,
      ),
      "preview: an expression in a script",
    ],
    [
      "an environment that is asked for",
      first(/environment: .*/, `environment: ${the("inputs.environment")}`),
      "preview: an environment by request",
    ],
    [
      "a checkout that leaves its token",
      first("persist-credentials: false", "fetch-depth: 0"),
      "check: a checkout that leaves the token in .git",
    ],
    [
      "a checkout of the pull request",
      first(
        "persist-credentials: false }",
        `persist-credentials: false, ref: '${the("github.event.pull_request.head.sha")}' }`,
      ),
      "check: a checkout of another's code",
    ],
    [
      "a script that fetches the pull request",
      first("commit=$(", "git fetch origin refs/pull/7/head && git checkout FETCH_HEAD\n          commit=$("),
      "check: a script that brings code",
    ],
    [
      "a workflow that comes with the pull request",
      first("pull_request_target:", "pull_request:"),
      "preview: secrets for a workflow that a pull request brings",
    ],
    ["a cache", first("package-manager-cache: false", "cache: npm"), "check: a cache that others write"],
    ["scripts of packages", first("npm ci --omit=dev --ignore-scripts", "npm ci"), "check: scripts of packages"],
    [
      "a traced script",
      first("code=0", "set -x\n          code=0", textOf("drift.yml")),
      "look: a script that prints its environment",
    ],
    ["a run without a stack", first("vars.GATEKEY_STACK != '' &&", ""), "workflow: runs without its setting"],
    ["no limit", first(/concurrency:\n.*\n.*\n/, ""), "workflow: no concurrency"],
  ])("%s", (_, text, rule) => {
    expect(rulesOn(text)).toContainEqual(expect.stringContaining(rule))
  })
})

describe("a clone without settings", () => {
  test.each(readdirSync(folder))("has nothing of %s running, so nothing red", (name) => {
    const { jobs } = parse(textOf(name)) as Workflow
    for (const { needs, if: guard } of Object.values(jobs)) {
      if (needs === undefined) expect(guard).toMatch(isSwitched)
      // A job whose need was left out is left out, unless its own condition says otherwise.
      else if (guard !== undefined) expect(guard).toContain("needs.check.result == 'success'")
    }
  })
})

describe("the scripts", () => {
  const scripts = ["gatekey-ci.sh", "github.sh"].map((name) => join(root, "examples/ci", name))

  test.each(["sh", "dash", "bash", "busybox"].filter(isThere))("are read by %s", (shell) => {
    for (const script of scripts) {
      const words = shell === "busybox" ? ["sh", "-n", script] : ["-n", script]
      expect(spawnSync(shell, words, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" })
    }
  })

  const noShellcheck = isThere("shellcheck") || process.env.CI ? "" : " (no shellcheck here)"
  test.skipIf(noShellcheck)(`have nothing that shellcheck knows${noShellcheck}`, () => {
    const { stdout, status } = spawnSync("shellcheck", scripts, { encoding: "utf8" })
    expect(stdout).toBe("")
    expect(status).toBe(0)
  })

  test.each([
    [0, [], "say one of: judge FILE, preview FILE, up, drift"],
    [0, ["destroy"], "say one of: judge FILE, preview FILE, up, drift"],
    [0, ["preview"], "say one of: judge FILE, preview FILE, up, drift"],
    [1, ["head", "x"], "say one of: head, file COMMIT OUT, comment FILE, issue FILE, clear, rotate"],
    [1, ["file", "main", "out"], "the first word is no commit"],
    [1, ["file", "../../../x", "out"], "the first word is no commit"],
  ])("script %i refuses %j", (at, args, message) => {
    const { status, stderr } = spawnSync(scripts[at] ?? "", args, {
      cwd: root,
      env: { PATH: path, PULUMI_STACK: "dev", GITHUB_REPOSITORY: "me/fleet" },
      encoding: "utf8",
    })
    expect({ status, stderr }).toEqual({ status: at === 0 ? 2 : 1, stderr: `gatekey-ci: ${message}\n` })
  })
})
