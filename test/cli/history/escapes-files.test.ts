import { chmodSync, existsSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { hostile, hostileOctal, rawIn, rawTexts, throwing } from "../../support/hostile/escapes.ts"
import { type Project, project, repository } from "../project.ts"

const quoted = JSON.stringify(hostile)
const dev = "config:\n  gatekey:token: {rotation: 2, maxAge: 30d}\n"
const timeOf = (minute: number) => new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString()
const token = (rotation: number) => ({ "gatekey:token": { objectValue: { rotation }, secret: false } })

/** Searches all that was printed; what is JSON is parsed as well, as the next program does. */
function expectNone(it: Project, ...words: string[]): string {
  const { stdout, stderr } = it.gatekey(...words)
  expect([words, rawIn(stdout), rawIn(stderr)]).toEqual([words, [], []])
  if (words.includes("--json") && stdout !== "") expect([words, rawTexts(JSON.parse(stdout))]).toEqual([words, []])
  return stdout + stderr
}

test("history: runs, receipts, authors and messages", () => {
  const update = (minute: number, rotation: number, more: object = {}) => ({
    ...{ kind: "update", startTime: timeOf(minute), endTime: timeOf(minute), message: hostile },
    environment: {
      ...{ "git.head": "a".repeat(40), "git.author": hostile, "git.committer": hostile, "git.dirty": "true" },
      ...{ "exec.kind": hostile, "pulumi.env.x": hostile, [hostile]: hostile },
    },
    ...{
      config: { ...token(rotation), [hostile]: { value: hostile } },
      result: "succeeded",
      resourceChanges: { update: 3, [hostile]: 1 },
    },
    ...more,
  })
  const it = repository({ "Pulumi.dev.yaml": dev, "Pulumi.yaml": "name: x\nruntime: nodejs\n" })
  it.state({ generation: 2, created: timeOf(2) })
  const kept = JSON.parse(readFileSync(it.at("../state.json"), "utf8"))
  const { resources } = kept.deployment
  const receipt = {
    ...{ stack: hostile, generation: 2, highest: 2, fingerprint: hostile, places: 3, by: hostile, who: hostile },
    ...{ holders: { [hostile]: [hostile] }, verdicts: [hostile, `studio accepted ${hostile}`], lagging: [hostile] },
    ...{ at: timeOf(2), commit: "b".repeat(40), author: hostile, why: hostile, outcome: hostile },
  }
  const urn = (type: string) => `urn:pulumi:dev::x::gatekey:index:Fleet$gatekey:index:${type}::${hostile}`
  resources.push(
    ...["Receipt", "Placement", "Handshake"].map((type) => ({
      ...{ urn: urn(type), type: `gatekey:index:${type}`, custom: true, id: hostile },
      ...{
        inputs: receipt,
        outputs: { ...receipt, receipts: [receipt, receipt], last: hostile, verdict: hostile, holds: hostile },
      },
    })),
  )
  it.history(update(2, 2), update(1, 1, { result: hostile }), update(0, 1, { kind: hostile }))
  writeState(it, kept)
  for (const words of [["history"], ["history", "--json"], ["history", "--vault"]]) expectNone(it, ...words)
  it.write("../state.json", hostile)
  expectNone(it, "history")
  it.write("../history.json", hostile)
  expectNone(it, "history", "--json")
})

function writeState(it: Project, state: object): void {
  it.write("../state.json", JSON.stringify(state))
}

describe("a stack's file", () => {
  const files = {
    "keys and values": `config:\n  gatekey:token: {rotation: 2, ${quoted}: 1}\n  ${quoted}: ${quoted}\n  gatekey:${hostile.replace(/[^\w]/g, "")}: ${quoted}\n${quoted}: ${quoted}\n`,
    "names and places": `config:\n  gatekey:token: {rotation: 2}\n  gatekey:gateways: {${quoted}: {host: ${quoted}, home: ${quoted}, places: [{path: ${quoted}, locator: ${quoted}, why: ${quoted}}]}}\n  gatekey:nodes: {n: {host: ${quoted}, manager: ${quoted}, url: ${quoted}}}\n`,
    "a tag and an alias": `config: !${quoted}\n  a: *${hostile}\n`,
    "no YAML": hostile,
    "an open quote": `config: "${hostile}\n`,
  }

  test.each(Object.entries(files))("check, rotate, scan and doctor: %s", (_, text) => {
    const it = repository({ "Pulumi.dev.yaml": dev, "proposed.yaml": text, [`Pulumi.${hostile}.yaml`]: dev })
    for (const words of [[], ["--base", "Pulumi.dev.yaml"], ["--base", "Pulumi.dev.yaml", "--approved", "--json"]])
      expectNone(it, "check", "proposed.yaml", ...words)
    expectNone(it, "check", hostile)
    it.write("Pulumi.dev.yaml", text)
    for (const words of [
      ["rotate", "--stack", hostile],
      ["rotate", "--stack", "dev"],
      ["doctor", hostile],
      ["scan", "--stack", "dev"],
    ])
      expectNone(it, ...words)
  })

  test("what check writes means the same, spelt out", () => {
    const it = project({
      "Pulumi.dev.yaml": `${dev}  gatekey:gateways: {studio: {host: local, manager: systemd, port: 18789}}\n${quoted}: ${quoted}\n`,
    })
    const { code, stdout } = it.gatekey("check", "--write", "checked.yaml", "Pulumi.dev.yaml")
    expect(code, stdout).toBe(0)
    const written = it.read("checked.yaml")
    expect(rawIn(written)).toEqual([])
    expect(JSON.parse(written)[hostile]).toBe(hostile)
  })
})

test("rotate: what git, gh and pulumi say, and who has written", () => {
  const it = repository(
    { "Pulumi.dev.yaml": dev, "Pulumi.yaml": "name: x\nruntime: nodejs\n" },
    { env: { GH_FAILS: hostile, GIT_AUTHOR_NAME: hostile, GIT_COMMITTER_NAME: hostile } },
  )
  expectNone(it, "rotate", "--pull-request")
  it.write(".git/hooks/pre-commit", `#!/bin/sh\nprintf '${hostileOctal}\\n' >&2\nexit 1\n`)
  chmodSync(it.at(".git/hooks/pre-commit"), 0o755)
  expectNone(it, "rotate", "--commit")
  expectNone(it, "rotate", hostile)
  expectNone(it, `--${hostile}`)
  expectNone(it, hostile)
})

test("report: every text of a preview, in Markdown, HTML and JSON", () => {
  const urn = (type: string, name = hostile) =>
    `urn:pulumi:${hostile}::gatekey::gatekey:index:Fleet$gatekey:index:${type}::${name}`
  const inputs = {
    ...{
      must: "token",
      generation: 2,
      fingerprint: hostile,
      holds: hostile,
      why: hostile,
      host: hostile,
      path: hostile,
    },
    ...{
      owner: hostile,
      verdict: hostile,
      pairing: hostile,
      process: hostile,
      runsWith: hostile,
      found: hostile,
      url: hostile,
    },
  }
  const types = [
    "Token",
    "Placement",
    "Flip",
    "Service",
    "Containers",
    "Handshake",
    "Listener",
    "Pairing",
    "Gateway",
    "Node",
    hostile,
  ]
  const operations = ["create", "update", "delete", "replace", "refresh", "same", hostile]
  const steps = types.flatMap((type) =>
    operations.map((op) => ({
      ...{ op, urn: urn(type), diffReasons: [hostile], detailedDiff: { [hostile]: { kind: hostile } } },
      ...{ oldState: { custom: true, parent: urn("Node"), inputs: { ...inputs, generation: 1 }, outputs: inputs } },
      ...{ newState: { custom: true, parent: urn("Node"), inputs, outputs: inputs } },
    })),
  )
  const diagnostics = types.flatMap((type) =>
    ["error", "warning", "info", hostile].map((severity) => ({
      urn: urn(type),
      severity,
      message: `${severity}: ${hostile}; see: ${hostile}\n`,
      prefix: hostile,
    })),
  )
  const it = project({
    "preview.json": JSON.stringify({
      steps,
      diagnostics,
      changeSummary: { [hostile]: 1 },
      config: { [hostile]: hostile },
    }),
    "events.json": [
      { diagnosticEvent: { message: hostile, severity: "error", urn: urn("Token") } },
      { summaryEvent: { [hostile]: 1 } },
    ]
      .map((event) => JSON.stringify(event))
      .join("\n"),
    "none.json": hostile,
  })
  for (const file of ["preview.json", "events.json", "none.json", hostile])
    for (const words of [[], ["--json"], ["--html", "page.html"]]) expectNone(it, "report", file, ...words)
  expect(existsSync(it.at("page.html"))).toBe(true)
  expect(rawIn(it.read("page.html"))).toEqual([])
})

test("a fault of ours that nothing catches", () => {
  const it = project({}, { env: { NODE_OPTIONS: throwing("beforeExit") } })
  expect(expectNone(it, "scan", "--help")).toContain("gatekey failed: Error: x")
})
