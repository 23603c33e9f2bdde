import fc from "fast-check"
import { expect, test } from "vitest"
import { runsIn } from "../../../cli/history/runs.ts"
import { leaksIn } from "../../support/canary/leaks.ts"
import { strong, strongTokens } from "../../support/tokens.ts"

/** As engine 3.200 prints it, of a folder backend. */
const update = {
  version: 0,
  kind: "update",
  startTime: "2026-11-25T21:32:32.000Z",
  message: "rotate to 2",
  environment: { "exec.kind": "cli", "git.author": "Ann", "git.dirty": "false", "git.head": "454f37da".repeat(5) },
  config: { "gatekey:token": { value: '{"rotation":2}', objectValue: { rotation: 2 }, secret: false } },
  result: "succeeded",
  endTime: "2026-11-25T21:32:41.000Z",
  resourceChanges: { same: 16, update: 7 },
}
const one = (more: object) => runsIn(JSON.stringify([{ ...update, ...more }]))[0]
const asked = (token: object) => one({ config: { "gatekey:token": { objectValue: token, secret: false } } })

test("a run is what its update says", () => {
  expect(runsIn(JSON.stringify([update]))).toEqual([
    {
      source: "update",
      begun: "2026-11-25T21:32:32.000Z",
      at: "2026-11-25T21:32:41.000Z",
      outcome: "succeeded",
      changes: 7,
      emptied: false,
      rotation: 2,
      adopts: false,
      why: "rotate to 2",
      author: "Ann",
      commit: "454f37da".repeat(5),
      dirty: false,
    },
  ])
})

test.each([
  ["failed", { result: "failed" }, { outcome: "failed" }],
  ["under way", { result: "in-progress", endTime: undefined }, { outcome: "running", at: update.startTime }],
  ["of a folder with changes", { environment: { ...update.environment, "git.dirty": "true" } }, { dirty: true }],
  ["that changed nothing", { resourceChanges: { same: 3 } }, { changes: 0 }],
  ["that counted nothing", { resourceChanges: undefined }, { changes: 0 }],
  ["that changed several kinds", { resourceChanges: { create: 2, update: 3, delete: 1, same: 9 } }, { changes: 6 }],
  ["that removed all", { kind: "destroy", resourceChanges: { delete: 21 } }, { emptied: true }],
  ["that removed a part", { kind: "destroy", resourceChanges: { delete: 2, same: 21 } }, { emptied: false }],
  ["with a message of several lines", { message: "\none\n\ntwo" }, { why: "one" }],
])("one %s", (_, more, expected) => {
  expect(one(more)).toMatchObject(expected)
})

test.each([
  ["another kind", { kind: "refresh" }],
  ["a preview", { kind: "preview" }],
  ["no time", { startTime: "soon" }],
])("no run: %s", (_, more) => {
  expect(one(more)).toBe(undefined)
})

test.each([
  ["a number", { rotation: 3 }, { rotation: 3, adopts: false }],
  ["a token to adopt", { rotation: 1, adopt: { from: "local|~/x|*" } }, { rotation: 1, adopts: true }],
])("of the configuration it has %s", (_, token, expected) => {
  expect(asked(token)).toMatchObject(expected)
})

test.each([
  ["a text, which may be a token", asked({ rotation: strong() })],
  ["none", asked({ rotation: 0 })],
  ["a fraction", asked({ rotation: 1.5 })],
  ["hidden, as a secret stands beside it", one({ config: { "gatekey:token": { secret: true } } })],
  ["missing", one({ config: undefined })],
])("it has no number where that is %s", (_, run) => {
  expect(run).not.toHaveProperty("rotation")
})

test("nothing of the rest is taken: no secret of the configuration, nor one in a message or a name", () => {
  fc.assert(
    fc.property(strongTokens, (token) => {
      const config = {
        "gatekey:token": { value: token, objectValue: { rotation: 2, adopt: { value: token } } },
        "mine:own": { value: token, secret: false },
      }
      const environment = { ...update.environment, "git.author": `Ann ${token}`, "pulumi.env.X": token }
      const run = one({ config, environment, message: `the token is ${token}, sorry` })
      expect(leaksIn(JSON.stringify(run), [token])).toEqual([])
      expect(run?.rotation).toBe(2)
    }),
  )
})

test("what could move a cursor, or hide, is spelt out", () => {
  const run = one({ message: "\u001b[2Jgone \u202eback", environment: { "git.author": "A\u0007nn" } })
  expect(run).toMatchObject({ why: "\\u{1b}[2Jgone \\u{202e}back", author: "A\\u{7}nn" })
})

test("what is no commit is not shown as one", () => {
  expect(one({ environment: { "git.head": strong().slice(1) } })).not.toHaveProperty("commit")
})

test.each(["", "{}", "null", "error: no stack"])("%j is no list of updates", (text) => {
  expect(() => runsIn(text)).toThrow("`pulumi stack history --json` did not print a list")
})

test("values without a text count as missing", () => {
  const odd = { toString: 1, valueOf: 1 }
  expect(one({ kind: odd })).toBeUndefined()
  expect(one({ startTime: odd })).toBeUndefined()
  expect(one({ endTime: odd, resourceChanges: { update: odd, create: 2 } })).toMatchObject({
    at: update.startTime,
    changes: 2,
  })
})
