import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { managed } from "../../../support/engine/managed.ts"
import { startPlugin } from "../../../support/engine/plugin.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { strong } from "../../../support/tokens.ts"
import { bench } from "./placements.ts"

const { at, placement, told } = bench()
const op = "op://Home/gateway/token"

describe("a reference that is text", () => {
  const wanted = (path: string) => at(path, { locator: "OPENCLAW_GATEWAY_TOKEN", must: "reference", reference: op })

  test("is written, seen, put right and taken away as one", async () => {
    const path = join(folder(), ".env")
    writeFileSync(path, "# mine\nPORT=1\n")
    const one = placement()
    await one.up(wanted(path))
    expect(readFileSync(path, "utf8")).toBe(`# mine\nPORT=1\nOPENCLAW_GATEWAY_TOKEN=${op}\n`)
    await one.refresh()
    expect((await one.preview(wanted(path))).step).toBe("same")
    writeFileSync(path, readFileSync(path, "utf8").replace(op, "op://Work/x/y"))
    await one.refresh()
    expect((await one.preview(wanted(path))).step).toBe("update")
    await one.up(wanted(path))
    expect(readFileSync(path, "utf8")).toContain(op)
    // In a run in which nobody declares it any more.
    const later = await startPlugin()
    const gone = managed(later, "Placement", one.urn.split("::").at(-1) ?? "")
    gone.state = one.state
    await gone.destroy()
    await later.stop()
    expect(readFileSync(path, "utf8")).toBe("# mine\nPORT=1\n")
  })

  test("does not write over a live token that nobody knows", async () => {
    const path = join(folder(), ".env")
    writeFileSync(path, `OPENCLAW_GATEWAY_TOKEN=${strong()}\n`, { mode: 0o600 })
    await expect(placement().preview(wanted(path))).rejects.toThrow(
      "which gatekey does not know and will not overwrite",
    )
  })
})

describe("a token reader", () => {
  const wanted = (path: string) =>
    at(path, { locator: "*", format: "reader", must: "reference", reference: { read: ["op", "read", op] } })

  test("is its owner's alone to run, and is closed again when it is not", async () => {
    const path = join(folder(), "token-reader")
    const one = placement()
    await one.up(wanted(path))
    expect(statSync(path).mode & 0o7777).toBe(0o700)
    for (const mode of [0o600, 0o755, 0o777]) {
      chmodSync(path, mode)
      await one.refresh()
      expect(one.state?.outputs.holds).toBe(
        `the reader of op read ${op}, but its mode is ${mode.toString(8).padStart(4, "0")}`,
      )
      expect((await one.preview(wanted(path))).step).toBe("update")
      await one.up(wanted(path))
      expect(statSync(path).mode & 0o7777).toBe(0o700)
    }
    await one.refresh()
    expect((await one.preview(wanted(path))).step).toBe("same")
  })
})

describe("a version that understands no reference", () => {
  test.each([
    ["2026.2.26", true],
    ["2026.3.1-beta.2", true],
    ["2025.12.30", true],
    ["2026.3.2", false],
    ["2026.3.10", false],
    ["2026.9.6", false],
    ["next", false],
    [undefined, false],
  ])("%s is told: %s", async (version, old) => {
    const path = join(folder(), "openclaw.json")
    writeFileSync(path, JSON.stringify(version === undefined ? {} : { meta: { lastTouchedVersion: version } }))
    const one = placement()
    await one.preview(
      at(path, {
        must: "reference",
        reference: { source: "exec", provider: "gatekey", id: "token" },
        since: "2026.3.2",
      }),
    )
    const words = told(one).filter((each) => each.includes("wrote this config last"))
    expect(words).toHaveLength(old ? 1 : 0)
  })
})
