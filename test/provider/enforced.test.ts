import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bound, type Managed, managed } from "../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { type Raw, revealed, secret } from "../support/engine/wire.ts"
import { folder } from "../support/hosts/machine.ts"
import { publicDefaults, strong, weak } from "../support/tokens.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin?.stop())

const locator = "OPENCLAW_GATEWAY_TOKEN"
const token = (): Managed => managed(plugin, "Token", `token ${++names}`)
const placement = (): Managed => managed(plugin, "Placement", `place ${++names}`)
const told = ({ urn }: Managed) => plugin.messages.filter((each) => each.urn === urn).map(({ text }) => text)
const outputs = ({ state }: Managed): Raw => state?.outputs ?? {}

interface Generations {
  readonly kept: readonly { readonly generation: number; readonly value: string }[]
}

/** A Token whose state was edited, or is of a time at which the value was not known to be weak. */
async function tampered(value: string, ...rotations: readonly number[]): Promise<Managed> {
  const one = token()
  await one.up({ rotation: 1 })
  const generations = JSON.parse(revealed(outputs(one).generations)) as Generations
  const kept = generations.kept.map((each) => ({ ...each, value }))
  const spoilt = { value: secret(value), generations: secret(JSON.stringify({ ...generations, kept })) }
  if (one.state) one.state = { ...one.state, outputs: { ...one.state.outputs, ...spoilt } }
  for (const rotation of rotations) await one.up({ rotation })
  return one
}

const weakOnes: [string, string][] = [
  ...publicDefaults.map((value): [string, string] => [value, "is a public default"]),
  [weak.short, "has \\d+ bytes when decoded"],
  [weak.halfHex(), "has 23 bytes when decoded"],
  [weak.plain, "has fewer than 8 different characters"],
  [weak.repeated(), "repeats itself"],
]

describe.each(weakOnes)("a weak value (%#) that a state holds", (value, why) => {
  test("is not in force: nothing goes on with it, until it is rotated", async () => {
    const one = await tampered(value)
    const refusal = new RegExp(`^generation 1 ${why}.*, so it is written nowhere; raise rotation to 2$`)
    for (const step of [one.preview, one.up]) await expect(step({ rotation: 1 })).rejects.toThrow(refusal)
    await expect(one.up({ rotation: 1, keep: 5 })).rejects.toThrow(refusal)
    expect(await one.up({ rotation: 2 })).toBe("update")
    expect(revealed(outputs(one).value)).toMatch(/^[0-9a-f]{64}$/)
  })

  test("does not come back into force", async () => {
    const one = await tampered(value, 2)
    for (const step of [one.preview, one.up]) {
      await expect(step({ rotation: 1 })).rejects.toThrow(
        /^generation 1 .*, so it is written nowhere; raise rotation to 3$/,
      )
    }
    expect(outputs(one).generation).toBe(2)
  })

  test("is written nowhere, in a run in which the Token has no say either", async () => {
    const one = await tampered(value)
    await one.refresh()
    const path = join(folder(), ".env")
    writeFileSync(path, "A=1\n", { mode: 0o600 })
    const place = placement()
    const inputs = { path, locator, ...bound(one) }
    for (const step of [place.preview, place.up]) {
      await expect(step(inputs)).rejects.toThrow(/is not written; raise gatekey:token.rotation$/)
    }
    expect(readFileSync(path, "utf8")).toBe("A=1\n")
  })
})

describe("a place that must hold the token, in a file that others can read", () => {
  let one: Managed
  beforeAll(async () => {
    one = token()
    await one.up({ rotation: 1 })
  })
  const inputs = (path: string) => ({ path, locator, ...bound(one) })
  const value = () => revealed(outputs(one).value)

  test.each([0o604, 0o640, 0o644, 0o666, 0o620, 0o602, 0o777])(
    "%o is a finding that `up` mends, with the owner kept",
    async (mode) => {
      const path = join(folder(), ".env")
      const place = placement()
      await place.up(inputs(path))
      const [uid, gid] = process.getuid?.() === 0 ? [1234, 4321] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
      chownSync(path, uid, gid)
      chmodSync(path, mode)
      const { step, outputs: planned } = await place.preview(inputs(path))
      expect(step).toBe("update")
      expect(planned).toMatchObject({ found: "too-open", open: true })
      expect(place.state?.outputs.holds).toMatch(
        new RegExp(`others can (?:read|change) the file \\(0${mode.toString(8)}\\)$`),
      )
      expect(told(place).at(-1)).toContain("`pulumi up` closes it (0600)")
      await place.up(inputs(path))
      const after = statSync(path)
      expect([after.mode & 0o777, after.uid, after.gid]).toEqual([mode & 0o700, uid, gid])
      expect(place.state?.outputs).toMatchObject({ found: "current", open: false })
      expect((await place.preview(inputs(path))).step).toBe("same")
    },
  )

  test.each([0o644, 0o666])("%o, there before: a create closes it", async (mode) => {
    const path = join(folder(), ".env")
    writeFileSync(path, "A=1\n")
    chmodSync(path, mode)
    const place = placement()
    await place.up(inputs(path))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, "utf8")).toBe(`A=1\n${locator}=${value()}\n`)
  })

  test("and where the adopted token stands: the preview says so, and the create closes it", async () => {
    const adopted = strong()
    const path = join(folder(), ".env")
    writeFileSync(path, `${locator}=${adopted}\n`)
    chmodSync(path, 0o644)
    const own = token()
    const adopt = { from: `local|${path}|${locator}` }
    const { outputs: coming } = await own.preview({ rotation: 1, adopt })
    const place = placement()
    const { outputs: planned } = await place.preview({ path, locator, ...bound(own, coming) })
    expect(planned).toMatchObject({ open: true })
    expect(told(place)).toEqual([
      "contains the adopted token, but others can read the file (0644). `pulumi up` closes it (0600); then rotate, if another user may have read it",
    ])
    await own.up({ rotation: 1, adopt })
    await place.up({ path, locator, ...bound(own) })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, "utf8")).toBe(`${locator}=${adopted}\n`)
  })
})

test("a place that must hold nothing tells that others could read what stood there", async () => {
  const one = token()
  await one.up({ rotation: 1 })
  const path = join(folder(), ".env")
  const place = placement()
  const inputs = { path, locator, must: "nothing", ...bound(one) }
  await place.up(inputs)
  writeFileSync(path, `${locator}=${revealed(outputs(one).value)}\n`)
  chmodSync(path, 0o644)
  expect((await place.preview(inputs)).outputs).toMatchObject({ found: "current", open: true })
  await place.up(inputs)
  expect(place.state?.outputs).toMatchObject({ found: "missing", open: false })
})
