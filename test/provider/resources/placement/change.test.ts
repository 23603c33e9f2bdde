import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { bound, type Managed, managed } from "../../../support/engine/managed.ts"
import { startPlugin } from "../../../support/engine/plugin.ts"
import { revealed, unknown } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { strong } from "../../../support/tokens.ts"
import { bench, config, heldBy, holding } from "./placements.ts"

const on = bench()
const { at, placement, token, told, value } = on

test.each([0o640, 0o604, 0o660, 0o644])(
  "closes a file of mode %o that has the token to everybody else",
  async (mode) => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    chmodSync(path, mode)
    expect(await one.up(at(path))).toBe("update")
    expect(statSync(path).mode & 0o7777).toBe(0o600)
  },
)

describe("update", () => {
  test("rolls a rotation out, and back, every other byte as it was", async () => {
    const own = managed(on.plugin, "Token", "rolled")
    await own.up({ rotation: 1 })
    const path = config("changeme", "\r\n\tport: 1, // é")
    const start = readFileSync(path, "utf8")
    const one = placement()
    const news = () => ({ ...at(path), ...bound(own) })
    await one.up(news())
    const first = readFileSync(path, "utf8")
    expect(first).toBe(start.replace("changeme", revealed(own.state?.outputs.value)))

    const { outputs: coming } = await own.preview({ rotation: 2 })
    const planned = await one.preview({ ...at(path), ...bound(own, coming) })
    expect(planned.step).toBe("update")
    expect(told(one).at(-1)).toMatch(/^generation 1 \(fp:\w{8}\) => generation 2 \(fp:\w{8}\)$/)
    expect(readFileSync(path, "utf8")).toBe(first)
    await own.up({ rotation: 2 })
    await one.up(news())
    expect(one.state?.outputs.holds).toBe(planned.outputs.holds)
    expect(heldBy(path)).toBe(revealed(own.state?.outputs.value))
    await own.up({ rotation: 1 })
    await one.up(news())
    expect(readFileSync(path, "utf8")).toBe(first)
  })

  test("to a token that only the up will know writes nothing in its preview", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    const before = readFileSync(path, "utf8")
    const { step, outputs } = await one.preview(at(path, { token: unknown, fingerprint: unknown }))
    expect(step).toBe("update")
    expect(outputs).toMatchObject({ token: unknown, holds: unknown, ring: unknown, value: unknown })
    expect(readFileSync(path, "utf8")).toBe(before)
  })

  test("recognises a place that missed a rotation, or got it before the run was killed", async () => {
    const own = managed(on.plugin, "Token", "missed")
    await own.up({ rotation: 1 })
    const path = config()
    const one = placement()
    await one.up({ ...at(path), ...bound(own) })
    const { next } = JSON.parse(revealed(own.state?.outputs.generations))
    writeFileSync(path, holding(next))
    await one.refresh()
    expect(one.state?.outputs.holds).toMatch(/^the next token \(fp:\w{8}\), not in force yet$/)

    await own.up({ rotation: 2 })
    await own.up({ rotation: 3 })
    writeFileSync(path, holding(revealed(own.state?.outputs.value)))
    await one.refresh()
    expect(one.state?.outputs.holds).toMatch(/^generation 3, a newer token \(fp:\w{8}\)$/)
    const before = statSync(path, { bigint: true }).mtimeNs
    const news = { ...at(path), ...bound(own) }
    expect(await one.up(news)).toBe("update")
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before)
    expect((await one.preview(news)).step).toBe("same")
  })

  test("looks again: what changed after the read is written over all the same", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    const news = await one.checked(at(path))
    const { id, inputs: oldInputs, outputs } = one.state ?? { id: "", inputs: {}, outputs: {} }
    writeFileSync(path, "{ other: 1 }\n")
    await on.plugin.update(one.urn, id, { olds: { ...outputs, holds: "x" }, oldInputs, news })
    expect(readFileSync(path, "utf8")).toContain(value())
    expect(readFileSync(path, "utf8")).toContain("other")
  })

  test("clears a place that must hold nothing, also of a value that came later", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path, { must: "nothing" }))
    writeFileSync(path, `{ gateway: { auth: { token: '${strong()}' } } }`)
    expect(await one.up(at(path, { must: "nothing" }))).toBe("update")
    expect(heldBy(path)).toBeUndefined()
  })
})

describe("delete", () => {
  test("removes the token, and leaves the rest", async () => {
    const path = config("changeme", " port: 1,")
    const one = placement()
    await one.up(at(path))
    await forget(one)
    expect(readFileSync(path, "utf8")).not.toContain(value())
    expect(readFileSync(path, "utf8")).toContain("port: 1")
  })

  test("leaves a value that is not ours, and says so", async () => {
    const foreign = strong()
    const path = config()
    const one = placement()
    await one.up(at(path))
    writeFileSync(path, `{ gateway: { auth: { token: '${foreign}' } } }`)
    const messages = await forget(one)
    expect(heldBy(path)).toBe(foreign)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(/^contains another token \(fp:\w{8}\), which is not the stack's; it is not removed$/)
  })

  test("of a file that is gone is done", async () => {
    const path = config()
    const one = placement()
    await one.up(at(path))
    rmSync(path)
    expect(await forget(one)).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  test("of a whole secret file removes the file", async () => {
    const path = join(folder(), "gateway-token")
    const one = placement()
    await one.up(at(path, { locator: "*" }))
    expect(readFileSync(path, "utf8")).toBe(`${value()}\n`)
    await forget(one)
    expect(existsSync(path)).toBe(false)
  })

  test("does nothing to a place that another resource claims in this run: a rename keeps the token", async () => {
    const run = await startPlugin()
    try {
      const path = config()
      const old = placement()
      await old.up(at(path))
      const before = readFileSync(path, "utf8")
      const { urn, state } = token()
      await run.read(urn, state?.id ?? "", state?.inputs, state?.outputs)
      const renamed = managed(run, "Placement", "renamed")
      await renamed.up(at(path))
      await run.delete(old.urn, old.state?.id ?? "", old.state?.outputs ?? {}, old.state?.inputs ?? {})
      expect(readFileSync(path, "utf8")).toBe(before)
    } finally {
      await run.stop()
    }
  })

  /** As `destroy` does it: a run of its own, in which nothing is declared. */
  async function forget({ urn, state }: Managed): Promise<string[]> {
    const run = await startPlugin()
    try {
      await run.delete(urn, state?.id ?? "", state?.outputs ?? {}, state?.inputs ?? {})
      return run.messages.map(({ text }) => text)
    } finally {
      await run.stop()
    }
  }
})
