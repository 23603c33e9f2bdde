import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { UserError } from "../../core/errors.ts"
import { createRandom } from "./random.ts"
import { runTarget, tryInput } from "./run-target.ts"
import { expectPrintable, type Target, tolerate } from "./target.ts"
import { targets } from "./targets/index.ts"

const target = (run: Target["run"]): Target => ({ name: "planted", seeds: ["ab", "cd"], words: ["boom"], run })
const options = { findings: [], until: Number.MAX_SAFE_INTEGER, guide: undefined, note: () => {} }

describe("the fuzzer finds a planted", () => {
  test("crash, and one of our own errors is none", () => {
    const crash = target((input) => {
      if (Buffer.from(input).includes("boom")) throw new TypeError("not ours")
      throw new Error("kept as UserError only by tolerate")
    })
    expect(tryInput(crash, Buffer.from("boom"))?.kind).toBe("crash")
    const ours = target(() =>
      tolerate(() => {
        throw new UserError("ours")
      }),
    )
    expect(tryInput(ours, Buffer.from("x"))).toBeUndefined()
  })

  test("crash by mutating its seeds", () => {
    const crash = target((input) => {
      if (Buffer.from(input).includes("boom")) throw new TypeError("not ours")
    })
    const { faults, inputs } = runTarget(crash, { ...options, random: createRandom(17), most: 2_000 })
    expect(faults.map(({ kind }) => kind)).toEqual(["crash"])
    expect(inputs).toBe(2_000)
  })

  test("control character in a message", () => {
    const escaping = target(() =>
      tolerate(() => {
        throw new UserError("\u001b[2J")
      }),
    )
    expect(tryInput(escaping, Buffer.from("x"))?.message).toContain("control character")
    expect(() => expectPrintable(["plain"])).not.toThrow()
  })

  test("hang", () => {
    const hang = target(() => {
      const begun = process.cpuUsage()
      for (;;) {
        const { user, system } = process.cpuUsage(begun)
        if (user + system > 1_100_000) return
      }
    })
    expect(tryInput(hang, Buffer.from("x"))?.kind).toBe("hang")
  })
})

test("every parser, the provider and a gateway's session stand hostile inputs; each run begins with what was found once", async () => {
  const words = ["--minutes", "0.5", "--most", "300", "--calls", "300", "--seed", "17"]
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), ...words])
  const found = JSON.parse(stdout.trim().split("\n").at(-1) ?? "")
  expect(found).toMatchObject({ targets: targets.length, crashes: 0, hangs: 0, growths: 0, failures: 0 })
  expect(found.inputs).toBeGreaterThan(targets.length)
  expect(found.calls).toBeGreaterThanOrEqual(300)
})
