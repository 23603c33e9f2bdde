import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parse, stringify } from "yaml"
import { proposalIn } from "../../../cli/check/proposal.ts"
import { stackDocument } from "../../../cli/stack/document.ts"
import { UserError } from "../../../core/errors.ts"
import { project } from "../project.ts"

const base = `encryptionsalt: v1:planted-salt
config:
  # the fleet
  gatekey:token: {rotation: 1, maxAge: 30d, adopt: {value: {secure: v1:planted}}}
  gatekey:gateways:
    studio: {host: "ssh://me@studio", manager: launchd, home: /Users/me, port: 18789, tlsFingerprint: "${"ab".repeat(32)}"}
  gatekey:nodes:
    tw: {host: "ssh://me@tw", manager: process, program: {command: [/bin/openclaw]}, url: "wss://studio:1", credential: device}
  gatekey:afterRotation: [{host: local, command: openclaw status}]
  docker:host: unix:///var/run/docker.sock
`
const edited = (from: string | RegExp, to: string) => {
  const text = base.replace(from, to)
  if (text === base) throw new Error(`nothing to edit: ${from}`)
  return text
}
const proposalOf = (text: string) => proposalIn(stackDocument(text), stackDocument(base))
const nothing = { problems: [], free: [], reviewed: [], fixed: [] }

describe("what a proposed file changes", () => {
  test.each([
    ["nothing, in another order and style", stringify(Object.fromEntries(Object.entries(parse(base)).reverse())), []],
    ["the number", edited("rotation: 1", "rotation: 2"), ["gatekey:token.rotation"]],
    ["the age", edited("30d", "4w"), ["gatekey:token.maxAge"]],
    ["the age, taken away", edited("maxAge: 30d, ", ""), ["gatekey:token.maxAge"]],
    [
      "how many are kept, and one that leaked",
      edited("rotation: 1", "rotation: 1, keep: 9, compromised: [2]"),
      ["gatekey:token.keep", "gatekey:token.compromised"],
    ],
    [
      "the number, in a mapping written as a text",
      edited(/\{rotation.*\}/, `'${JSON.stringify({ ...parse(base).config["gatekey:token"], rotation: 2 })}'`),
      ["gatekey:token.rotation"],
    ],
  ])("is free: %s", (_, text, free) => {
    expect(proposalOf(text)).toEqual({ ...nothing, free })
  })

  test.each([
    ["a host", edited("ssh://me@tw", "ssh://me@evil"), "nodes.tw.host"],
    ["a hook's command", edited("openclaw status", "curl evil"), "afterRotation"],
    ["a program", edited("[/bin/openclaw]", "[/bin/sh, -c, evil]"), "nodes.tw.program.command"],
    [
      "a program's file of variables",
      edited("[/bin/openclaw]", "[/bin/openclaw], environmentFile: /x"),
      "nodes.tw.program.environmentFile",
    ],
    ["a home", edited("home: /Users/me", "home: /root"), "gateways.studio.home"],
    [
      "a place",
      edited("manager: launchd", "manager: launchd, places: [{name: x, path: /etc/shadow, locator: X}]"),
      "gateways.studio.places",
    ],
    ["a profile", edited("manager: launchd", "manager: launchd, profiles: [/etc/profile]"), "gateways.studio.profiles"],
    ["a route", edited("wss://studio:1", "ws://evil:1"), "nodes.tw.url"],
    ["a route's pin, taken away", edited(/, tlsFingerprint: "\w+"/, ""), "gateways.studio.tlsFingerprint"],
    ["a port", edited("18789", "18790"), "gateways.studio.port"],
    ["what a node presents", edited("credential: device", "credential: token"), "nodes.tw.credential"],
    ["whom an `up` stops", edited("18789", '18789, evict: ["docker:x"]'), "gateways.studio.evict"],
    [
      "where a token is adopted from",
      edited("{value: {secure: v1:planted}}", '{from: "local|/etc/passwd|*"}'),
      "token.adopt.value",
    ],
    ["a secret that is adopted", edited("v1:planted}", "v1:other}"), "token.adopt.value.secure"],
    [
      "a member",
      edited("  gatekey:nodes:\n", '  gatekey:nodes:\n    more: {host: "ssh://evil", manager: launchd}\n'),
      "nodes.more",
    ],
    ["a member, taken away", edited(/ {2}gatekey:nodes:\n.*\n/, ""), "nodes"],
    [
      "containers",
      edited(
        "config:\n",
        "config:\n  gatekey:containers: {x: {host: local, name: x, role: node, image: evil, data: /x}}\n",
      ),
      "containers",
    ],
    ["whether it is protected", edited("rotation: 1", "rotation: 1, protect: false"), "token.protect"],
    ["who may lag", edited("config:\n", "config:\n  gatekey:rotation: {unreachable: continue}\n"), "rotation"],
    [
      "a merge key that brings a host",
      edited('tw: {host: "ssh://me@tw", ', 'tw: {<<: {host: "ssh://evil"}, '),
      "nodes.tw.host",
    ],
  ])("waits for a reviewer: %s", (_, text, key) => {
    const { reviewed, fixed, problems } = proposalOf(text)
    expect(reviewed).toContain(`gatekey:${key}`)
    expect({ fixed, problems }).toEqual({ fixed: [], problems: [] })
  })

  test.each([
    ["another package's configuration", edited("unix:///var/run/docker.sock", "tcp://evil:2375"), "config docker:host"],
    ["the same in the project's short form", edited("config:\n", "config:\n  token: {rotation: 2}\n"), "config token"],
    ["a merge key over all of it", edited("config:\n", "config:\n  <<: {'docker:host2': x}\n"), "config docker:host2"],
    ["the salt", edited("planted-salt", "other"), "encryptionsalt"],
    ["a key service", `secretsprovider: hashivault://x\n${base}`, "secretsprovider"],
    ["an environment that is imported", `environment: [evil]\n${base}`, "environment"],
    ["a key that nobody knows yet", `more: 1\n${base}`, "more"],
  ])("may not: %s", (_, text, key) => {
    expect(proposalOf(text)).toEqual({ ...nothing, fixed: [key] })
  })

  test.each([
    ["a key of no schema", edited("rotation: 1", "rotation: 1, run: evil"), "gatekey:token.run: unknown key"],
    [
      "a key that reads like a free one",
      edited("config:\n", "config:\n  gatekey:token.rotation: 2\n"),
      "gatekey:token.rotation: unknown key",
    ],
    ["a number that is none", edited("rotation: 1", "rotation: [1]"), "gatekey:token.rotation: found a list"],
    [
      "a secret where none belongs",
      edited("openclaw status", "{secure: v1:x}"),
      "gatekey:afterRotation[0].command: found a mapping",
    ],
    [
      "a name that JavaScript knows",
      edited("    tw:", "    __proto__:"),
      "gatekey:nodes.__proto__: expected any other name",
    ],
  ])("has a problem: %s", (_, text, problem) => {
    expect(proposalOf(text).problems.join("\n")).toContain(problem)
  })

  test("is free only where nothing but the four differs, whatever the change", () => {
    const keys = fc.constantFrom(
      "rotation",
      "maxAge",
      "host",
      "gatekey:token",
      "config",
      "adopt",
      "<<",
      "secure",
      "__proto__",
      "tw",
      "x",
    )
    const path = fc.array(keys, { minLength: 1, maxLength: 4 })
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("ssh://evil", 2, { rotation: 2 }))
    fc.assert(
      fc.property(path, value, (steps, into) => {
        const changed = JSON.parse(JSON.stringify(parse(base)))
        const last = steps.slice(0, -1).reduce((at, step) => {
          const next = Object.hasOwn(at, step) && typeof at[step] === "object" && at[step] !== null ? at[step] : {}
          Object.defineProperty(at, step, { value: next, enumerable: true, writable: true, configurable: true })
          return next
        }, changed)
        Object.defineProperty(last, steps.at(-1) ?? "", {
          value: into,
          enumerable: true,
          writable: true,
          configurable: true,
        })
        const document = known(JSON.stringify(changed))
        if (!document) return
        const { problems, reviewed, fixed } = proposalIn(document, stackDocument(base))
        if (problems.length + reviewed.length + fixed.length > 0) return
        const allowed = JSON.parse(document.json)
        const { rotation, maxAge, keep, compromised, ...token } = allowed.config["gatekey:token"]
        const { rotation: _, maxAge: __, ...before } = parse(base).config["gatekey:token"]
        expect({ ...allowed, config: { ...allowed.config, "gatekey:token": before } }).toEqual(parse(base))
        expect(token).toEqual(before)
        expect([rotation, maxAge, keep, compromised]).not.toContainEqual(
          expect.objectContaining({ secure: expect.anything() }),
        )
      }),
      { numRuns: 500 },
    )
  })
})

/** Nothing for what is refused as no stack's file. */
function known(text: string) {
  try {
    return stackDocument(text)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

describe("a stack's file", () => {
  test.each([
    ["a key that stands there twice", "config: {}\nconfig: {a: 1}\n", "DUPLICATE_KEY in line 2"],
    ["two documents", "config: {}\n---\nconfig: {}\n", "MULTIPLE_DOCS in line 2"],
    ["no YAML", "config: {\n", "is not a valid YAML document: "],
    [
      "aliases that multiply",
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [${"*a,".repeat(10)}]\nc: [${"*b,".repeat(50)}]\n`,
      "its aliases cannot be followed",
    ],
    ["an alias in its own anchor", "config: &a {x: *a}\n", "its aliases cannot be followed"],
    ["one nested without an end", `config: {a: ${"{a: ".repeat(200)}1${"}".repeat(200)}}\n`, "is n"],
    [
      "one nested so in a text",
      `config: {"gatekey:gateways": '${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}'}\n`,
      "is nested deeper than 100 levels",
    ],
    ["another type", "- a\n", "expected a mapping with `config:` as a mapping"],
    ["nothing", "", "expected a mapping with `config:` as a mapping"],
    ["configuration that is none", "config: [a]\n", "expected a mapping with `config:` as a mapping"],
    ["more than anybody writes", `# ${"x".repeat(300_000)}\n`, "has 300003 characters, expected at most 262144"],
  ])("is none: %s", (_, text, message) => {
    expect(() => stackDocument(text)).toThrow(message)
  })
})

describe("gatekey check", () => {
  const files = {
    "Pulumi.dev.yaml": base,
    "proposed.yaml": edited("rotation: 1", "rotation: 2"),
    "evil.yaml": edited("me@tw", "evil@tw"),
  }

  test("writes what may be previewed as JSON, with nothing of the YAML left to read in two ways", () => {
    const it = project(files)
    expect(it.gatekey("check", "--base", "Pulumi.dev.yaml", "--write", "out.yaml", "proposed.yaml")).toEqual({
      code: 0,
      stdout: "proposed.yaml may be previewed; it changes gatekey:token.rotation\n",
      stderr: "",
    })
    expect(JSON.parse(it.read("out.yaml"))).toEqual(parse(files["proposed.yaml"]))
  })

  test("ends with 1, and writes nothing, where a reviewer has to approve; --approved lets that through, and no more", () => {
    const it = project({ ...files, "worse.yaml": files["evil.yaml"].replace("planted-salt", "x") })
    const args = ["check", "--base", "Pulumi.dev.yaml", "--write", "out.yaml"]
    expect(it.gatekey(...args, "evil.yaml")).toEqual({
      code: 1,
      stdout:
        "evil.yaml may not be previewed:\n  gatekey:nodes.tw.host: changes; a reviewer must approve that before a preview\n",
      stderr: "",
    })
    expect(it.gatekey(...args, "--approved", "worse.yaml")).toMatchObject({
      code: 1,
      stdout:
        "worse.yaml may not be previewed:\n  encryptionsalt: changes; before the merge, only keys under gatekey: may change\n",
    })
    expect(() => it.read("out.yaml")).toThrow()
    expect(it.gatekey(...args, "--approved", "evil.yaml").code).toBe(0)
    expect(it.read("out.yaml")).toContain("evil@tw")
  })

  test("without a base says whether the file can be used; --json is the same for machines", () => {
    const it = project({ ...files, "wrong.yaml": edited("30d", '"soon\\e[2J"') })
    expect(it.gatekey("check", "Pulumi.dev.yaml")).toMatchObject({
      code: 0,
      stdout: "Pulumi.dev.yaml may be previewed\n",
    })
    expect(it.gatekey("check", "wrong.yaml").stdout).toContain("\n  gatekey:token.maxAge: ")
    const { code, stdout } = it.gatekey("check", "--json", "wrong.yaml")
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ problems: [expect.stringContaining("gatekey:token.maxAge")], free: [] })
    expect(stdout).not.toContain("\u001b")
  })

  test.each([
    [["nowhere.yaml"], 2, "nowhere.yaml: no such file or directory"],
    [["--base", "nowhere.yaml", "Pulumi.dev.yaml"], 2, "nowhere.yaml: no such file or directory"],
    [["."], 2, ".: is a directory"],
    [["--write", "no/where", "Pulumi.dev.yaml"], 1, "no/where: no such file or directory"],
    [["broken.yaml"], 1, "broken.yaml: is not a valid YAML document: TAB_AS_INDENT in line 2"],
  ])("%j ends with %i", (args, code, message) => {
    const it = project({ ...files, "broken.yaml": "config:\n\t- planted: [\n" })
    const said = it.gatekey("check", ...args)
    expect(said.code).toBe(code)
    expect(said.stderr).toContain(`gatekey check: ${message}`)
    expect(said.stderr).not.toContain("planted")
  })
})
