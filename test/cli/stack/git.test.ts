import { chmodSync, readdirSync, symlinkSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type Project, project, repository } from "../project.ts"

const dev = "config:\n  gatekey:token: {rotation: 2, maxAge: 30d, adopt: {value: {secure: v1:planted}}} # x\n"
const raised = dev.replace("rotation: 2", "rotation: 3")
const message = "gatekey: rotate to generation 3"
const body = "gatekey:token.rotation in Pulumi.dev.yaml: 2 -> 3. The next `pulumi up` rolls it out."

function fleet(settings: Parameters<typeof repository>[1] = {}): Project {
  const it = repository({ "Pulumi.dev.yaml": dev, "other.txt": "as committed\n" }, settings)
  it.state({ generation: 2, highest: 2, created: "2026-01-01T00:00:00.000Z" })
  return it
}

/** What must be as before where nothing was done. */
const here = (it: Project) => [
  it.read("Pulumi.dev.yaml"),
  it.git("rev-parse", "HEAD"),
  it.git("status", "--porcelain"),
  it.git("branch", "--format=%(refname)"),
  it.git("worktree", "list", "--porcelain"),
  readdirSync(it.path),
]
const look = (it: Project) => [...here(it), it.git("ls-remote", "origin")]

describe("--commit", () => {
  test("commits exactly the file: what else is changed or staged stays so", () => {
    const it = fleet()
    it.write("other.txt", "staged\n")
    it.git("add", "other.txt")
    it.write("other.txt", "and changed\n")
    it.write("new.txt", "")
    const { code, stdout } = it.gatekey("rotate", "--commit")
    const hash = it.git("rev-parse", "--short", "HEAD")
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Pulumi.dev.yaml\n- gatekey:token.rotation: 2\n+ gatekey:token.rotation: 3\ncommitted as ${hash}; run: pulumi up\n`,
    })
    expect(it.read("Pulumi.dev.yaml")).toBe(raised)
    expect(it.git("log", "-1", "--format=%B")).toBe(`${message}\n\n${body}`)
    expect(it.git("show", "--format=", "--numstat", "HEAD")).toBe("1\t1\tPulumi.dev.yaml")
    expect(it.git("status", "--porcelain")).toBe("MM other.txt\n?? new.txt")
    expect(it.calls()).toEqual([])
  })

  test("names the compromised generation", () => {
    const it = fleet()
    it.gatekey("rotate", "--commit", "--compromised")
    expect(it.git("log", "-1", "--format=%b")).toContain("Generation 2 is compromised: it can never be in force again.")
  })

  test("works in a folder of a repository", () => {
    const it = repository({ "fleet/Pulumi.dev.yaml": dev, "Pulumi.dev.yaml": "config: {}\n" })
    expect(it.gatekey("rotate", "--commit", "--cwd", "fleet").code).toBe(0)
    expect(it.git("show", "--format=", "--name-only", "HEAD")).toBe("fleet/Pulumi.dev.yaml")
  })

  test("not due: commits nothing", () => {
    const it = fleet()
    it.state({ generation: 2, highest: 2 })
    const before = look(it)
    expect(it.gatekey("rotate", "--commit", "--if-due").code).toBe(0)
    expect(look(it)).toEqual(before)
  })

  test("puts the file back where git does not commit, and says how to go on by hand", () => {
    const it = fleet()
    it.write(".git/hooks/pre-commit", "#!/bin/sh\necho 'no rotations on a Friday' >&2\nexit 1\n")
    chmodSync(it.at(".git/hooks/pre-commit"), 0o755)
    const before = look(it)
    const { code, stderr } = it.gatekey("rotate", "--commit", "--stack", "dev")
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gatekey rotate: git commit: no rotations on a Friday. Nothing was changed; by hand: npx --no -- gatekey rotate --stack dev && git commit -m '${message}' Pulumi.dev.yaml\n`,
    })
    expect(look(it)).toEqual(before)
  })

  test("hands what it starts no folder for compiled modules of its own", () => {
    const it = fleet()
    it.write(".git/hooks/pre-commit", '#!/bin/sh\necho "cache: $NODE_COMPILE_CACHE." >&2\nexit 1\n')
    chmodSync(it.at(".git/hooks/pre-commit"), 0o755)
    expect(it.gatekey("rotate", "--commit").stderr).toContain("git commit: cache: .")
  })
})

describe.each(["--commit", "--pull-request"])("%s is refused, and changes nothing", (option) => {
  test.each<[string, (it: Project) => void, string]>([
    [
      "with other changes in the file",
      (it) => it.write("Pulumi.dev.yaml", `${dev}# mine\n`),
      "Pulumi.dev.yaml has changes that are not committed; commit or undo them first: git diff HEAD Pulumi.dev.yaml",
    ],
    [
      "with staged changes in the file",
      (it) => {
        it.write("Pulumi.dev.yaml", `${dev}# mine\n`)
        it.git("add", "Pulumi.dev.yaml")
      },
      "Pulumi.dev.yaml has changes that are not committed; commit or undo them first: git diff HEAD Pulumi.dev.yaml",
    ],
    [
      "for a file that git does not have",
      (it) => {
        it.git("rm", "--cached", "--quiet", "Pulumi.dev.yaml")
        it.git("commit", "--quiet", "-m", "gone")
      },
      "Pulumi.dev.yaml is not in git; commit it first: git add Pulumi.dev.yaml",
    ],
    [
      "for a file that git ignores",
      (it) => {
        it.git("rm", "--cached", "--quiet", "Pulumi.dev.yaml")
        it.git("commit", "--quiet", "-m", "gone")
        it.write(".gitignore", "Pulumi.*\n")
      },
      "Pulumi.dev.yaml is not in git; commit it first: git add Pulumi.dev.yaml",
    ],
    [
      "for a link",
      (it) => {
        it.git("mv", "Pulumi.dev.yaml", "real.yaml")
        symlinkSync("real.yaml", it.at("Pulumi.dev.yaml"))
        it.git("add", ".")
        it.git("commit", "--quiet", "-m", "linked")
      },
      "Pulumi.dev.yaml is a symbolic link, but git tracks only the link; drop --commit and --pull-request",
    ],
  ])("%s", (_, prepare, reason) => {
    const it = fleet()
    prepare(it)
    const before = look(it)
    expect(it.gatekey("rotate", option)).toEqual({ code: 1, stdout: "", stderr: `gatekey rotate: ${reason}\n` })
    expect(look(it)).toEqual(before)
  })

  test("outside of a repository", () => {
    const it = project({ "Pulumi.dev.yaml": dev }, { env: { GIT_CEILING_DIRECTORIES: "/tmp" } })
    const { code, stderr } = it.gatekey("rotate", option)
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is not a git repository; drop"),
    })
    expect(it.read("Pulumi.dev.yaml")).toBe(dev)
  })
})

describe("--pull-request", () => {
  const branch = "gatekey/rotation-3"
  const create = `gh pr create --head ${branch} --base main --title ${message} --body ${body}`

  test("opens one from a branch of its own, and leaves the work tree and the branches alone", () => {
    const it = fleet()
    it.write("other.txt", "in the middle of something\n")
    const before = here(it)
    expect(it.gatekey("rotate", "--pull-request")).toEqual({
      code: 0,
      stdout:
        "Pulumi.dev.yaml\n- gatekey:token.rotation: 2\n+ gatekey:token.rotation: 3\nopened https://git.example/fleet/pull/7; after its merge run: pulumi up\n",
      stderr: "",
    })
    expect(here(it)).toEqual(before)
    it.git("fetch", "--quiet", "origin", branch)
    expect(it.git("show", "FETCH_HEAD:Pulumi.dev.yaml")).toBe(raised.trim())
    expect(it.git("diff", "--name-only", "main", "FETCH_HEAD")).toBe("Pulumi.dev.yaml")
    expect(it.git("log", "-1", "--format=%s %P", "FETCH_HEAD")).toBe(`${message} ${it.git("rev-parse", "main")}`)
    expect(it.calls().at(-1)).toBe(create)
  })

  test("of one stack of several has the stack's name in its branch", () => {
    const it = repository({ "Pulumi.dev.yaml": dev, "Pulumi.prod.yaml": dev })
    expect(it.gatekey("rotate", "--pull-request", "--stack", "me/fleet/prod").code).toBe(0)
    expect(it.git("ls-remote", "origin")).toMatch(/refs\/heads\/gatekey\/rotation-3-prod$/m)
  })

  test("goes to the remote that the branch follows", () => {
    const it = fleet()
    it.git("remote", "rename", "origin", "home")
    expect(it.gatekey("rotate", "--pull-request").code).toBe(0)
    expect(it.git("ls-remote", "home")).toContain(branch)
  })

  test.each([
    ["waits for it when it is on schedule", ["--if-due"], 0],
    ["is refused by hand", [], 1],
  ])("where one is open already %s", (_, more, code) => {
    const it = fleet({ env: { GH_OPEN: "https://git.example/fleet/pull/6" } })
    it.git("push", "--quiet", "origin", `main:refs/heads/${branch}`)
    const before = look(it)
    const outcome = it.gatekey("rotate", "--pull-request", ...more)
    expect(outcome).toEqual({
      code,
      stdout:
        code === 0
          ? "generation 3 is proposed in https://git.example/fleet/pull/6; after its merge run: pulumi up\n"
          : "",
      stderr:
        code === 0
          ? ""
          : "gatekey rotate: a pull request for generation 3 is open already: https://git.example/fleet/pull/6\n",
    })
    expect(look(it)).toEqual(before)
  })

  const byHand = `git switch -c ${branch} && npx --no -- gatekey rotate --commit && git push -u origin ${branch}`

  test.each<[string, Parameters<typeof fleet>[0], (it: Project) => void, string]>([
    [
      "there is no gh",
      { programs: ["pulumi"] },
      () => {},
      `gh is not on PATH; install it (https://cli.github.com), or do it by hand: ${byHand}`,
    ],
    [
      "there is no remote",
      {},
      (it) =>
        it.git("remote", "set-url", "origin", "--push", "/nowhere") || it.git("config", "branch.main.remote", "x"),
      "the repository has no remote x to push to; add one: git remote add",
    ],
    [
      "the branch was pushed without one",
      {},
      (it) => it.git("push", "--quiet", "origin", `main:refs/heads/${branch}`),
      `${branch} is already at origin, but has no open pull request; open it: gh pr create --head ${branch}, or remove it: git push origin --delete ${branch}`,
    ],
    [
      "the remote takes nothing",
      {},
      (it) => {
        const hook = "../origin.git/hooks/pre-receive"
        it.write(hook, "#!/bin/sh\necho 'the fleet is frozen' >&2\nexit 1\n")
        chmodSync(it.at(hook), 0o755)
      },
      `git push origin: ! [remote rejected] HEAD -> ${branch} (pre-receive hook declined). Nothing was changed; by hand: ${byHand}`,
    ],
    [
      "the remote is gone",
      {},
      (it) => it.git("config", "remote.origin.url", "https://me:planted@127.0.0.1:1/x.git"),
      "git ls-remote origin: unable to access",
    ],
  ])("where %s says so, and changes nothing", (_, settings, prepare, reason) => {
    const it = fleet(settings)
    prepare(it)
    const before = here(it)
    const { code, stdout, stderr } = it.gatekey("rotate", "--pull-request")
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toContain(`gatekey rotate: ${reason}`)
    expect(stderr).not.toContain("planted")
    expect(here(it)).toEqual(before)
  })

  test("says what is left to do where gh fails after the push", () => {
    const it = fleet({ env: { GH_FAILS: "HTTP 401: Bad credentials (https://api.github.com/graphql)" } })
    const { code, stderr } = it.gatekey("rotate", "--pull-request")
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gatekey rotate: ${branch} is pushed, but gh could not open the pull request: HTTP 401: Bad credentials (https://api.github.com/graphql). By hand: gh pr create --head ${branch} --title '${message}' --body ""\n`,
    })
    expect(it.git("ls-remote", "origin")).toContain(branch)
  })
})
