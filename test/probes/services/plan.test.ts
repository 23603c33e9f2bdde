import { describe, expect, test } from "vitest"
import { managers } from "../../../probes/services/index.ts"
import type { Act, ServiceSnapshot } from "../../../probes/services/manager.ts"
import { describePlan, type Faults, planOf } from "../../../probes/services/plan.ts"

const file = { kind: "file", bytes: Buffer.from("declared"), mtime: 1 } as const
const well: ServiceSnapshot = {
  home: "/h",
  file,
  loaded: { kind: "loaded", tokens: [] },
  enabled: true,
  process: { kind: "running" },
  live: undefined,
  reads: { kind: "absent" },
}
const none: Faults = { declared: undefined, content: false, tokens: false, process: false, older: false }
const owned = { declared: Buffer.from("declared") }
const stopped = { process: { kind: "stopped" } } as const
const failed = { process: { kind: "failed" } } as const
const absent = { loaded: { kind: "absent" }, file: { kind: "absent" }, ...stopped } as const
const stale = { loaded: { kind: "stale", tokens: [] } } as const
const unloaded = { loaded: { kind: "unloaded" }, ...stopped } as const

type Row = [what: string, snapshot: Partial<ServiceSnapshot>, faults: Partial<Faults>, systemd: Act[], launchd: Act[]]
const table: readonly Row[] = [
  ["all is well", {}, {}, [], []],
  ["edited, not reloaded", stale, {}, ["reload"], ["reload"]],
  ["not loaded", unloaded, {}, ["reload", "start"], ["reload"]],
  ["not enabled", { enabled: false }, {}, ["enable"], ["enable"]],
  ["stopped", stopped, {}, ["start"], ["start"]],
  ["start limit hit", failed, {}, ["reset", "start"], ["reset", "start"]],
  ["runs with another token", {}, { process: true }, ["restart"], ["restart"]],
  ["a token in what is loaded", {}, { tokens: true }, ["reload", "restart"], ["reload"]],
  ["a token in what is loaded, which its process ignores", {}, { tokens: true, ignored: true }, ["reload"], ["reload"]],
  ["edited, and runs with another token", stale, { process: true }, ["reload", "restart"], ["reload"]],
  ["owned, absent", absent, owned, ["reload", "enable", "start"], ["reload", "enable"]],
  ["owned, edited, still loaded as declared", { isLoaded: () => true }, { ...owned, content: true }, [], []],
  ["owned, declared anew", {}, { ...owned, content: true, older: true }, ["reload", "restart"], ["reload"]],
  ["draining already", { process: { kind: "draining" } }, { process: true }, [], []],
  ["starting already", { process: { kind: "starting" } }, { process: true }, [], []],
]

describe.each(["systemd", "launchd"] as const)("on %s the smallest act is done", (name) => {
  test.each(table)("%s", (_, snapshot, faults, ...acts) => {
    const plan = planOf(managers[name], { ...well, ...snapshot }, { ...none, ...faults })
    expect(plan).toMatchObject({ kind: "acts", acts: acts[name === "systemd" ? 0 : 1] })
    if (plan.kind !== "acts") return
    const starts = plan.acts.filter((act) => ["start", "restart"].includes(act)).length
    expect(starts + (managers[name].reloadRestarts && plan.acts.includes("reload") ? 1 : 0)).toBeLessThanOrEqual(1)
  })
})

test.each([
  ["masked", { loaded: { kind: "masked" } }],
  ["unknown", { loaded: { kind: "unknown", reason: "x" } }],
  ["elsewhere", { loaded: { kind: "elsewhere", path: "/x" } }],
  ["broken", { loaded: { kind: "broken", reason: "x" } }],
  ["absent", absent],
] as const)("%s: nothing of ours would mend it", (loaded, snapshot) => {
  expect(planOf(managers.systemd, { ...well, ...snapshot }, none)).toEqual({ kind: "obstacle", loaded })
})

test("a plan reads as a sentence goes on", () => {
  const words = (write: boolean, acts: Act[], name: "systemd" | "launchd" = "systemd") =>
    describePlan({ kind: "acts", write, acts }, managers[name])
  expect(words(false, ["restart"])).toBe("restarts it once")
  expect(words(false, ["reload"], "launchd")).toBe("loads it anew, which restarts it once")
  expect(words(true, ["reload", "enable", "start"])).toBe(
    "writes the definition, reloads the definition, enables it and starts it",
  )
  expect(words(false, ["reset", "start"])).toBe("clears the count of failed starts and starts it")
  expect(words(false, [])).toBe("changes nothing")
})
