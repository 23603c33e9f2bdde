import { describe, expect, test } from "vitest"
import { managers } from "../../../probes/services/index.ts"
import type { Act, ServiceSnapshot } from "../../../probes/services/manager.ts"
import { createPlan, describePlan, type ServiceFaults } from "../../../probes/services/plan.ts"

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
const none: ServiceFaults = { declared: undefined, content: false, tokens: false, process: false, older: false }
const owned = { declared: Buffer.from("declared") }
const stopped = { process: { kind: "stopped" } } as const
const failed = { process: { kind: "failed" } } as const
const absent = { loaded: { kind: "absent" }, file: { kind: "absent" }, ...stopped } as const
const stale = { loaded: { kind: "stale", tokens: [] } } as const
const unloaded = { loaded: { kind: "unloaded" }, ...stopped } as const

type Row = [
  what: string,
  snapshot: Partial<ServiceSnapshot>,
  faults: Partial<ServiceFaults>,
  systemd: Act[],
  launchd: Act[],
]
const table: readonly Row[] = [
  ["without faults", {}, {}, [], []],
  ["edited, not reloaded", stale, {}, ["reload"], ["reload"]],
  ["not loaded", unloaded, {}, ["reload", "start"], ["reload"]],
  ["not enabled", { enabled: false }, {}, ["enable"], ["enable"]],
  ["stopped", stopped, {}, ["start"], ["start"]],
  ["start limit hit", failed, {}, ["reset", "start"], ["reset", "start"]],
  ["runs with another token", {}, { process: true }, ["restart"], ["restart"]],
  ["a token in the loaded definition", {}, { tokens: true }, ["reload", "restart"], ["reload"]],
  [
    "a token in the loaded definition, which its process ignores",
    {},
    { tokens: true, ignored: true },
    ["reload"],
    ["reload"],
  ],
  ["edited, and runs with another token", stale, { process: true }, ["reload", "restart"], ["reload"]],
  ["owned, absent", absent, owned, ["reload", "enable", "start"], ["reload", "enable"]],
  ["owned, edited, still loaded as declared", { isLoaded: () => true }, { ...owned, content: true }, [], []],
  [
    "owned, with a changed declaration",
    {},
    { ...owned, content: true, older: true },
    ["reload", "restart"],
    ["reload"],
  ],
  ["already draining", { process: { kind: "draining" } }, { process: true }, [], []],
  ["already starting", { process: { kind: "starting" } }, { process: true }, [], []],
]

describe.each(["systemd", "launchd"] as const)("on %s plans the smallest acts", (name) => {
  test.each(table)("%s", (_, snapshot, faults, ...acts) => {
    const plan = createPlan(managers[name], { ...well, ...snapshot }, { ...none, ...faults })
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
] as const)("plans nothing for a definition that gatekey cannot repair: %s", (loaded, snapshot) => {
  expect(createPlan(managers.systemd, { ...well, ...snapshot }, none)).toEqual({ kind: "obstacle", loaded })
})

test("describes a plan as the end of a sentence", () => {
  const words = (write: boolean, acts: Act[], name: "systemd" | "launchd" = "systemd") =>
    describePlan({ kind: "acts", write, acts }, managers[name])
  expect(words(false, ["restart"])).toBe("restarts it once")
  expect(words(false, ["reload"], "launchd")).toBe("reloads it, which restarts it once")
  expect(words(true, ["reload", "enable", "start"])).toBe(
    "writes the definition, reloads the definition, enables it and starts it",
  )
  expect(words(false, ["reset", "start"])).toBe("clears the count of failed starts and starts it")
  expect(words(false, [])).toBe("changes nothing")
})
