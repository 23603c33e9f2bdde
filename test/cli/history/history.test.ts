import { describe, expect, test } from "vitest"
import { type Project, project, repository } from "../project.ts"

const dev = "config:\n  gatekey:token: {rotation: 2}\n"
const timeOf = (minute: number) => new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString()
const hidden = { "gatekey:token": { secret: true } }
const numbered = (rotation: number) => ({ "gatekey:token": { objectValue: { rotation }, secret: false } })
const update = (minute: number, config: object, more: object = {}) => {
  const times = { startTime: timeOf(minute), endTime: timeOf(minute) }
  return {
    kind: "update",
    ...times,
    message: "m",
    environment: {},
    config,
    result: "succeeded",
    resourceChanges: { update: 3 },
    ...more,
  }
}
const rows = (it: Project) =>
  JSON.parse(it.gatekey("history", "--json").stdout).changes.map((each: Record<string, unknown>) => [
    each.from,
    each.to,
  ])

describe("gatekey history", () => {
  test("is told from the state and the updates", () => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.state({ generation: 2, created: timeOf(2) })
    it.history(update(2, numbered(2)), update(1, numbered(1)))
    const { code, stdout, stderr } = it.gatekey("history")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toBe(
      [
        "when (UTC)           generation            fingerprint  by  commit  places  accepted  outcome    why",
        "2026-11-24 12:02:00  1 → 2       rotation                                             succeeded  m",
        "2026-11-24 12:01:00  1           first                                                succeeded  m",
        "",
        "In force: generation 2, since 2026-11-24 12:02:00 UTC; 2 changes.",
        "",
      ].join("\n"),
    )
    expect(JSON.parse(it.gatekey("history", "--json").stdout)).toMatchObject({
      stack: "dev",
      clean: true,
      inForce: { generation: 2, since: timeOf(2) },
      changes: [{ to: 2 }, { to: 1 }],
    })
  })

  test("ends with 1 where the latest change is not through", () => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.state({ generation: 1 })
    it.history(update(2, numbered(2), { result: "failed", resourceChanges: {} }), update(1, numbered(1)))
    const { code, stdout } = it.gatekey("history")
    expect([code, stdout]).toEqual([1, expect.stringContaining("Generation 2 is not complete: nothing was changed.")])
    expect(JSON.parse(it.gatekey("history", "--json").stdout)).toMatchObject({ clean: false })
  })

  test("reads all pages of a long history", () => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.state({ generation: 1 })
    it.history(...Array.from({ length: 200 }, (_, at) => update(200 - at, numbered(at < 100 ? 2 : 1))))
    expect(rows(it)).toEqual([
      [1, 2],
      [undefined, 1],
    ])
  })

  test("has the number from the commit, where a secret beside it hides the configuration", () => {
    const it = repository({ "Pulumi.dev.yaml": dev })
    const [first, dirty] = [it.git("rev-parse", "HEAD"), "true"]
    it.write("Pulumi.dev.yaml", dev.replace("2", "3"))
    it.git("commit", "--quiet", "--all", "--message", "rotate")
    const second = it.git("rev-parse", "HEAD")
    const at = (commit: string, more = {}) => ({ environment: { "git.head": commit, "git.dirty": "false", ...more } })
    it.state({ generation: 3 })
    it.history(
      update(4, hidden, at("0".repeat(40))),
      update(3, hidden, at(first, { "git.dirty": dirty })),
      update(2, hidden, at(second)),
      update(1, hidden, at(first)),
    )
    expect(rows(it)).toEqual([
      [2, 3],
      [undefined, 2],
    ])
  })

  test("ends with 2, and one line, where it cannot be told", () => {
    const it = project({ "Pulumi.dev.yaml": dev })
    it.history()
    expect(it.gatekey("history")).toEqual({
      code: 2,
      stdout: "",
      stderr: "gatekey history: pulumi stack export: no stack named 'dev' found\n",
    })
    it.state({ generation: 2 })
    expect(it.gatekey("history", "--stack", "other")).toMatchObject({ code: 2, stdout: "" })
    expect(project({ "Pulumi.dev.yaml": dev }, { programs: [] }).gatekey("history")).toMatchObject({
      code: 2,
      stderr: "gatekey history: pulumi is not on PATH\n",
    })
  })
})
