import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { project } from "../project.ts"

const salt = "encryptionsalt: v1:planted-salt\n"
const dev = `${salt}config:\n  gatekey:token: {rotation: 2, maxAge: 30d, adopt: {value: {secure: v1:planted}}} # x\n`
const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString()

describe("gatekey rotate", () => {
  test("raises the number, shows it and nothing else of the file, and leaves `pulumi up` to the user", () => {
    const it = project({ "Pulumi.dev.yaml": dev, "Pulumi.yaml": "name: x\nruntime: nodejs\n" })
    it.state({ generation: 2, highest: 2 })
    expect(it.gatekey("rotate")).toEqual({
      code: 0,
      stdout: "Pulumi.dev.yaml\n- gatekey:token.rotation: 2\n+ gatekey:token.rotation: 3\nreview and run: pulumi up\n",
      stderr: "",
    })
    expect(it.read("Pulumi.dev.yaml")).toBe(dev.replace("rotation: 2", "rotation: 3"))
  })

  test("lists the generation in force as compromised where it leaked", () => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.state({ generation: 1, highest: 2 })
    const { code, stdout } = it.gatekey("rotate", "--compromised")
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("+ gatekey:token.compromised: 1\n"),
    })
    expect(it.read("Pulumi.dev.yaml")).toBe(
      dev.replace("rotation: 2", "rotation: 3").replace("}}} #", "}}, compromised: [1]} #"),
    )
  })

  test.each([
    ["the file's, without a token yet", { rotation: 4 }, undefined, 5],
    ["the highest that was ever given, after going back", { rotation: 1 }, { generation: 1, highest: 3 }, 4],
    ["the one in force, where the state is of an older gatekey", { rotation: 1 }, { generation: 2 }, 3],
    ["a compromised one, which was given once", { rotation: 1, compromised: [2, 5] }, { generation: 1, highest: 2 }, 6],
    ["a number that waits for its `up`", { rotation: 7 }, { generation: 1, highest: 2 }, 8],
  ])("takes a number above %s", (_, token, state, expected) => {
    const it = project({ "Pulumi.dev.yaml": `config: {gatekey:token: ${JSON.stringify(token)}}\n` })
    if (state) it.state(state)
    it.gatekey("rotate")
    expect(it.read("Pulumi.dev.yaml")).toContain(`"rotation":${expected}`)
  })

  test.each([
    ["a stack that is not there", ["pulumi"] as const, "pulumi stack export: no stack named 'dev' found"],
    ["no pulumi", [], "pulumi is not on PATH"],
  ])("with %s takes the file's number + 1, and says what that may mean", (_, programs, reason) => {
    const it = project({ "Pulumi.dev.yaml": dev }, { programs })
    const { code, stderr } = it.gatekey("rotate", "--compromised")
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `gatekey: the stack's state is not known (${reason}), so the number is derived from the file alone; if the stack had a higher one, an old token comes back\n`,
    })
    expect(it.read("Pulumi.dev.yaml")).toContain("rotation: 3, maxAge: 30d, ")
    expect(it.read("Pulumi.dev.yaml")).toContain("compromised: [2]")
  })

  test("keeps the file's mode, and a link to it", () => {
    const it = project({ "Pulumi.dev.yaml": "", "elsewhere/dev.yaml": dev })
    rmSync(it.at("Pulumi.dev.yaml"))
    symlinkSync("elsewhere/dev.yaml", it.at("Pulumi.dev.yaml"))
    chmodSync(it.at("elsewhere/dev.yaml"), 0o640)
    expect(it.gatekey("rotate").code).toBe(0)
    expect(lstatSync(it.at("Pulumi.dev.yaml")).isSymbolicLink()).toBe(true)
    expect(statSync(it.at("elsewhere/dev.yaml")).mode & 0o777).toBe(0o640)
    expect(it.read("elsewhere/dev.yaml")).toContain("rotation: 3")
  })
})

describe("--if-due", () => {
  test.each([
    [
      "not before its age is over",
      { generation: 2, created: "2999-01-01T00:00:00.000Z" },
      "generation 2 is not due before 2999-01-31 00:00 UTC (maxAge: 30d)\n",
    ],
    [
      "not while a number waits for its `up`",
      { generation: 1, created: days(100) },
      "generation 2 is declared, 1 is in force; run: pulumi up\n",
    ],
    [
      "not while going back waits for its `up`",
      { generation: 3, created: days(100) },
      "generation 2 is declared, 3 is in force; run: pulumi up\n",
    ],
  ])("rotates %s", (_, state, stdout) => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.state(state)
    expect(it.gatekey("rotate", "--if-due")).toEqual({ code: 0, stdout, stderr: "" })
    expect(it.read("Pulumi.dev.yaml")).toBe(dev)
  })

  test("rotates once its age is over, by the file's maxAge", () => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.state({ generation: 2, highest: 2, created: days(31) })
    expect(it.gatekey("rotate", "--if-due").stdout).toContain("+ gatekey:token.rotation: 3\n")
    expect(it.read("Pulumi.dev.yaml")).toContain("rotation: 3,")
  })

  test.each([
    ["the state cannot be read", dev, "gatekey rotate: pulumi stack export: no stack named 'dev' found\n"],
    [
      "there is no maxAge",
      dev.replace("maxAge: 30d, ", ""),
      "gatekey rotate: gatekey:token has no maxAge, so no rotation is ever due; add one, such as maxAge: 30d\n",
    ],
  ])("fails where %s", (_, text, stderr) => {
    const it = project({ "Pulumi.dev.yaml": text })
    if (text !== dev) it.state({ generation: 2 })
    expect(it.gatekey("rotate", "--if-due")).toEqual({ code: 1, stdout: "", stderr })
    expect(it.read("Pulumi.dev.yaml")).toBe(text)
  })
})

describe("the stack", () => {
  const two = { "Pulumi.dev.yaml": dev, "Pulumi.prod.yaml": dev }

  test("is the only one with a token", () => {
    const it = project({ "Pulumi.dev.yaml": dev, "Pulumi.other.yaml": "config: {}\n", "Pulumi.yaml": dev })
    expect(it.gatekey("rotate").stdout).toMatch(/^Pulumi\.dev\.yaml\n/)
    expect(it.read("Pulumi.yaml")).toBe(dev)
  })

  test("is the one that is named, also in full", () => {
    const it = project(two)
    expect(it.gatekey("rotate", "--stack", "prod").stdout).toMatch(/\nreview and run: pulumi up --stack prod\n$/)
    expect(it.gatekey("rotate", "--stack=me/fleet/prod").code).toBe(0)
    expect(it.read("Pulumi.prod.yaml")).toContain("rotation: 4")
    expect(it.read("Pulumi.dev.yaml")).toBe(dev)
  })

  test("is the selected one, where several have a token", () => {
    const it = project(two, { env: { SELECTED: "prod" } })
    expect(it.gatekey("rotate").stdout).toMatch(/^Pulumi\.prod\.yaml\n/)
  })

  test("is looked for in the named folder", () => {
    const it = project({ "fleet 1/Pulumi.dev.yaml": dev })
    expect(it.gatekey("rotate", "--cwd", "fleet 1").stdout).toMatch(/run: pulumi up --cwd 'fleet 1'\n$/)
  })

  test.each([
    [
      "several, none of them selected",
      two,
      [],
      "several stacks have a gatekey:token: dev, prod; name one: --stack NAME",
    ],
    [
      "none with a token",
      { "Pulumi.dev.yaml": "config: {}\n" },
      [],
      "no Pulumi.<stack>.yaml in DIR has a gatekey:token (found: Pulumi.dev.yaml); run this in the project's folder, or name it: --cwd DIR",
    ],
    [
      "one that is not there",
      two,
      ["--stack", "x"],
      "DIR contains no Pulumi.x.yaml (found: Pulumi.dev.yaml, Pulumi.prod.yaml)",
    ],
    ["a folder that is not there", {}, ["--cwd", "x"], "DIR/x is not a readable folder; name the project's: --cwd DIR"],
    [
      "one without a token",
      { "Pulumi.a.yaml": "config: {}\n" },
      ["--stack", "a"],
      "DIR/Pulumi.a.yaml: has no gatekey:token; name another stack: --stack NAME",
    ],
    [
      "one with half a number",
      { "Pulumi.a.yaml": "config: {gatekey:token: {rotation: 1.5}}\n" },
      [],
      "DIR/Pulumi.a.yaml: gatekey:token.rotation is not an integer, 1 or more; correct it first",
    ],
    [
      "one that is no YAML",
      { "Pulumi.a.yaml": "config: {gatekey:token: [\n" },
      [],
      "DIR/Pulumi.a.yaml: is not one YAML document: bad indent at line 2, column 1",
    ],
  ])("%s is refused in one line", (_, files, args, message) => {
    const it = project(files)
    const { code, stdout, stderr } = it.gatekey("rotate", ...args)
    const said = stderr.replaceAll(it.path, "DIR")
    expect({ code, stdout, said }).toEqual({ code: 1, stdout: "", said: `gatekey rotate: ${message}\n` })
  })

  test("that is a folder, or no text, is refused", () => {
    const it = project({})
    mkdirSync(it.at("Pulumi.dev.yaml"))
    expect(it.gatekey("rotate", "--stack", "dev").stderr).toMatch(/Pulumi\.dev\.yaml: is a directory\n$/)
  })
})

describe("the command line", () => {
  const gatekey = (...args: readonly string[]) => project({}).gatekey(...args)

  test.each([["--help"], ["-h"]])("%s shows the commands", (word) => {
    expect(gatekey(word)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}rotate /m), stderr: "" })
  })

  test("rotate --help shows its options", () => {
    const { code, stdout } = gatekey("rotate", "--help")
    expect(code).toBe(0)
    for (const option of ["compromised", "if-due", "commit", "pull-request", "stack <name>", "cwd <folder>"])
      expect(stdout).toContain(`\n  --${option} `)
  })

  test("without a command shows the commands, as an error", () => {
    expect(gatekey()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^ {2}rotate /m) })
  })

  test.each([
    [["rotat"], "gatekey: unknown command 'rotat' (Did you mean rotate?); see: gatekey --help"],
    [["toString"], "gatekey: unknown command 'toString'; see: gatekey --help"],
    [["a\u001b[2J\n"], "gatekey: unknown command 'a\\u{1b}[2J\\u{a}'; see: gatekey --help"],
    [["--due"], "gatekey: unknown option '--due'; see: gatekey --help"],
    [
      ["rotate", "--due"],
      "gatekey rotate: unknown option '--due' (Did you mean --if-due?); see: gatekey rotate --help",
    ],
    [
      ["rotate", "\u001b[2J"],
      "gatekey rotate: too many arguments for 'rotate'. Expected 0 arguments but got 1: \\u{1b}[2J; see: gatekey rotate --help",
    ],
    [["rotate", "--stack"], "gatekey rotate: option '--stack <name>' argument missing; see: gatekey rotate --help"],
    [
      ["rotate", "--commit", "--pull-request"],
      "gatekey rotate: option '--pull-request' cannot be used with option '--commit'; see: gatekey rotate --help",
    ],
    [
      ["rotate", "--if-due", "--compromised"],
      "gatekey rotate: option '--if-due' cannot be used with option '--compromised'; see: gatekey rotate --help",
    ],
  ])("%j is refused in one line", (args, message) => {
    expect(gatekey(...args)).toEqual({ code: 2, stdout: "", stderr: `${message}\n` })
  })
})
