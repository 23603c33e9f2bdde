import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { noSshHosts } from "../support/hosts/ssh-farm.ts"
import { noProduct } from "../support/products/gateway.ts"
import { wireDouble } from "../support/products/wire-double.ts"
import { refusal } from "./clients.ts"
import { growths, limits, type Sizes } from "./growth.ts"
import { foreignLines, kinds, kindsOf } from "./kinds.ts"

describe("the clients of a gateway", () => {
  test("notice that a valid token is refused, and that nothing answers", async () => {
    const { port, shown } = await wireDouble((token) => token === "other")
    expect(await refusal(port, () => [{ token: "valid" }])).toContain("refused (AUTH_TOKEN_MISMATCH)")
    expect(shown).toEqual(["valid", "valid", "valid"])
    expect(await refusal(1, () => [{ token: "valid" }])).toContain("unavailable (ECONNREFUSED)")
  })

  test("accept that a gateway changes from one allowed token to the other between two connects", async () => {
    let asked = 0
    // The old one comes too late, and the new one came too early.
    const { port } = await wireDouble((token) => ++asked > 2 && token === "new")
    expect(await refusal(port, () => [{ token: "new" }, { token: "old" }])).toBeUndefined()
    expect(asked).toBe(3)
  })
})

test("each size that grew beyond its limit is reported", () => {
  const before: Sizes = {
    ...{ descriptors: 70, megabytes: 700, processes: 10, connections: 0, temporary: 0, files: 0, stateBytes: 300_000 },
  }
  expect(growths(before, before)).toEqual([])
  for (const size of Object.keys(limits) as (keyof Sizes)[]) {
    const atLimit = { ...before, [size]: before[size] + limits[size].most }
    expect(growths(before, atLimit)).toEqual([])
    expect(growths(before, { ...atLimit, [size]: atLimit[size] + 1 })).toEqual([
      expect.stringMatching(`^${size} grew from`),
    ])
  }
})

test("each kind of place is on a host of a whole fleet, and has lines of its user's own where it can", () => {
  const there = new Set(Array.from({ length: 9 }, (_, at) => kindsOf(at)).flat())
  expect(there.size).toBe(kinds.length)
  expect(kinds.filter((kind) => foreignLines(kind, kind.start).length === 0).map(({ name }) => name)).toEqual([
    "docker secret",
  ])
})

test.skipIf((noSshHosts ?? noProduct("openclaw")) !== undefined)(
  "a fleet equals the model after a rotation, drifts, a kill and the way back, and no valid client is refused",
  async () => {
    const words = ["--seed", "17", "--hosts", "3", "--gateways", "1", "--steps", "rotate,drift,kill,revert,up twice"]
    const run = promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), ...words])
    const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
      throw new Error(`${error.message}\n${error.stdout}`)
    })
    const found = JSON.parse(stdout.trim().split("\n").at(-1) ?? "")
    expect(found).toMatchObject({ seed: 17, steps: 5, reverts: 1, refused: 0, failures: 0 })
    expect(found.rotations + found.drifts).toBeGreaterThan(2)
    expect(found.ups).toBeGreaterThan(6)
    expect(found.asks).toBeGreaterThan(50)
  },
)
