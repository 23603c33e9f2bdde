import { randomBytes } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { isSecret, type Raw, revealed, secret, unknown } from "../../support/engine/wire.ts"
import { showedNoToken } from "./placement/placements.ts"

let plugin: Plugin
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(async () => {
  await plugin.stop()
  showedNoToken(plugin)
})

let names = 0
const made = () => randomBytes(32).toString("hex")
const given = (value: string): Raw => ({ given: secret(value) })
const outputs = ({ state }: Managed): Raw => state?.outputs ?? {}
const inForce = (one: Managed) => ({ generation: outputs(one).generation, value: revealed(outputs(one).value) })

test("each value that it did not have before is another generation, and one that returns its own", async () => {
  const run = await startPlugin()
  const [source, token] = [managed(run, "TokenSource", "source"), managed(run, "Token", "token")]
  const up = async (value: string) => {
    // The engine reads all before it changes any.
    await token.refresh()
    const step = await source.up(given(value))
    await token.up({ rotation: outputs(source).generation, given: outputs(source).value })
    return step
  }
  const [first, second] = [made(), made()]
  expect(await up(first)).toBe("create")
  expect(inForce(source)).toEqual({ generation: 1, value: first })
  expect(isSecret(outputs(source).value)).toBe(true)
  expect(await up(first)).toBe("same")
  expect(await up(second)).toBe("update")
  expect(inForce(source)).toEqual({ generation: 2, value: second })
  expect(inForce(token)).toEqual({ generation: 2, value: second })
  expect(await source.preview(given(first))).toMatchObject({ step: "update", outputs: { generation: 1 } })
  expect(run.messages.at(-1)?.text).toBe(
    "token.value has the token of generation 1 again: the fleet goes back to it from 2",
  )
  await up(first)
  expect(inForce(token)).toEqual({ generation: 1, value: first })
  await run.stop()
  showedNoToken(run)
})

test.each([
  ["changeme", /is a public default/],
  ["short", /bytes when decoded/],
  ["a1b2c3d4e5f6".repeat(6), /repeats itself/],
  [`${made()}\n`, /contains a line break/],
  ["", /bytes when decoded/],
])("a token that cannot be one is rejected at first, and later leaves the one in force: row %#", async (bad, why) => {
  const source = managed(plugin, "TokenSource", `source ${++names}`)
  await expect(source.up(given(bad))).rejects.toThrow(why)
  const good = made()
  await source.up(given(good))
  expect((await source.preview(given(bad))).outputs).toMatchObject({ generation: 1 })
  expect(plugin.messages.at(-1)?.text).toMatch(why)
  await expect(source.up(given(bad))).rejects.toThrow(/the fleet does not change; give a stronger one/)
  expect(inForce(source)).toEqual({ generation: 1, value: good })
})

test("a value that only the `up` will know leaves the generation open", async () => {
  const source = managed(plugin, "TokenSource", `source ${++names}`)
  const open = { value: unknown, generation: unknown }
  expect(await source.preview({ given: unknown })).toMatchObject({ step: "create", outputs: open })
  await source.up(given(made()))
  expect(await source.preview({ given: unknown })).toMatchObject({ step: "update", outputs: open })
  expect(plugin.messages.at(-1)?.text).toBe(
    "token.value is not known before `pulumi up`, which then counts the generation",
  )
})

test("needs a token", async () => {
  const source = managed(plugin, "TokenSource", `source ${++names}`)
  await expect(source.up({})).rejects.toThrow("given: is missing; it must be")
})
