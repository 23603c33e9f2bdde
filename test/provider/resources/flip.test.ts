import { execFileSync } from "node:child_process"
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { flipOf, placeOf, type Rotations, rotations, saysTo } from "../../support/fleets/rotations.ts"
import { folder } from "../../support/hosts/machine.ts"
import { deafTo, reload } from "../../support/products/deaf.ts"
import { type Gateway, noProduct, startGateway } from "../../support/products/gateway.ts"
import { publicDefaults, strong } from "../../support/tokens.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const accepted = "accepted"
const mismatch = "refused: AUTH_TOKEN_MISMATCH"

describe.each([
  {
    name: "an openclaw whose config refers to a secret file",
    product: "openclaw",
    refers: true,
    by: "by secrets.reload: no restart",
  },
  {
    name: "an openclaw with a copy in its config",
    product: "openclaw",
    refers: false,
    by: "by its watched config, within a second",
  },
  { name: "a clawdbot", product: "clawdbot", refers: false, by: "it restarts itself" },
] as const)("$name", ({ product, refers, by }) => {
  const missing = noProduct(product)
  if (missing) return void test.skip(missing)
  let gateway: Gateway
  let flip: Rotations
  const held = () => readFileSync(placeOf(gateway)[0], "utf8")
  const [first, second] = [() => flip.words(1), () => flip.words(2)]

  beforeAll(async () => {
    gateway = await startGateway(product, strong(), refers)
    flip = rotations(gateway, "Flip", flipOf(gateway))
    expect(await flip.up(1)).toMatchObject({ step: "create", error: undefined })
  })
  afterAll(() => gateway?.stop())

  test("is left alone while it takes what its place holds", async () => {
    const before = statSync(placeOf(gateway)[0])
    expect(await flip.up(1)).toEqual({ step: "same", told: [], error: undefined })
    expect(statSync(placeOf(gateway)[0])).toEqual(before)
    expect([flip.output("holds"), flip.output("takes")]).toEqual([first(), first()])
  })

  test("takes another generation, and refuses the one before; a preview says how", async () => {
    const preview = await flip.preview(2)
    expect(preview.step).toBe("update")
    expect(preview.told.join("\n")).toContain(by)
    expect(await saysTo(gateway, flip.value(1))).toBe(accepted)
    const { told, error } = await flip.up(2)
    expect(error).toBeUndefined()
    expect(told.join("\n")).toMatch(
      /^the gateway accepted generation 2 .* and rejects generation 1, the previous token .* now$/,
    )
    expect([flip.output("holds"), flip.output("takes")]).toEqual([second(), second()])
    expect(await saysTo(gateway, flip.value(2))).toBe(accepted)
    expect(await saysTo(gateway, flip.value(1))).toBe(mismatch)
    expect((await flip.up(2)).step).toBe("same")
  })

  test("goes back the same way", async () => {
    expect((await flip.up(1)).error).toBeUndefined()
    expect(await saysTo(gateway, flip.value(1))).toBe(accepted)
    expect(held()).toContain(flip.value(1))
  })

  test("of which the state missed the flip is known, and nothing is done twice", async () => {
    expect((await flip.up(2)).error).toBeUndefined()
    flip.forget()
    const before = statSync(placeOf(gateway)[0])
    const { step, error } = await flip.up(2)
    expect([step, error]).toEqual(["update", undefined])
    expect(statSync(placeOf(gateway)[0])).toEqual(before)
    expect((await flip.up(2)).step).toBe("same")
  })

  if (refers)
    test("that was killed between the write and the reload is reloaded", async () => {
      expect((await flip.up(1)).error).toBeUndefined()
      writeFileSync(gateway.secretFile, flip.value(2))
      expect(await saysTo(gateway, flip.value(1))).toBe(accepted)
      const { told, error } = await flip.up(2)
      expect(error).toBeUndefined()
      expect(told.join("\n")).toContain("the gateway accepted generation 2")
      expect(await saysTo(gateway, flip.value(2))).toBe(accepted)
    })

  if (refers)
    test("that took the wrong one is seen, and put right", async () => {
      expect((await flip.up(2)).error).toBeUndefined()
      writeFileSync(gateway.secretFile, flip.value(1))
      await reload(gateway, flip.value(2))
      writeFileSync(gateway.secretFile, flip.value(2))
      const { told } = await flip.preview(2)
      expect(told.join("\n")).toMatch(
        /the gateway accepts generation 1, the previous token .*; expected generation 2 .*`pulumi up` makes it accept the right one/,
      )
      expect((await flip.up(2)).error).toBeUndefined()
      expect(await saysTo(gateway, flip.value(2))).toBe(accepted)
    })

  test("keeps its token where a place is not staged, as in a run with --target", async () => {
    const other = join(folder(), "node-token")
    writeFileSync(other, strong(), { mode: 0o600 })
    const staged = [`local|${other}|*`]
    const before = held()
    const { error } = await flip.up(3, { staged })
    expect(error).toBe(
      `the gateway keeps its token, because these places do not contain the new one yet: ${staged}. Run \`pulumi up\` without --target`,
    )
    expect(held()).toBe(before)
    expect(await saysTo(gateway, flip.value(2))).toBe(accepted)
    writeFileSync(other, flip.value(3))
    expect((await flip.up(3, { staged })).error).toBeUndefined()
    expect(await saysTo(gateway, flip.value(3))).toBe(accepted)
  })

  test("whose place cannot be written keeps its token", async () => {
    const folder = dirname(placeOf(gateway)[0])
    // Root may write everywhere but where nobody may.
    const close = (closed: boolean) =>
      process.getuid?.() === 0
        ? execFileSync("chattr", [closed ? "+i" : "-i", folder])
        : chmodSync(folder, closed ? 0o500 : 0o700)
    close(true)
    const { error } = await flip.up(4).finally(() => close(false))
    expect(error).toMatch(/permission denied|the system does not permit it/)
    expect(await saysTo(gateway, flip.value(3))).toBe(accepted)
  })

  if (refers)
    test("that does not take it is put back, and said so; the next `up` tries again", async () => {
      const deaf = await deafTo(gateway)
      const before = held()
      const { error } = await flip.up(5, { port: deaf.port })
      expect(error).toMatch(
        /^the gateway did not accept generation 5 \(.*\): it did not accept it within .*Its place was restored: it contains generation 3.* again, which the gateway accepts/,
      )
      expect(held()).toBe(before)
      expect(await saysTo(gateway, flip.value(3))).toBe(accepted)
      expect(flip.output("holds")).toBe(flip.words(3))
      await deaf.stop()
      expect((await flip.up(5)).error).toBeUndefined()
      expect(await saysTo(gateway, flip.value(5))).toBe(accepted)
      expect(await saysTo(gateway, flip.value(3))).toBe(mismatch)
    })

  if (refers)
    test("that was given a public default and does not take the right one is not put back to it", async () => {
      const [known = ""] = publicDefaults.slice(1)
      writeFileSync(gateway.secretFile, known)
      await reload(gateway, flip.value(5))
      expect(await saysTo(gateway, known)).toBe(accepted)
      const deaf = await deafTo(gateway)
      const { error } = await flip.up(5, { port: deaf.port })
      expect(error).toMatch(
        /Its place was not restored, because the token that it accepts is a public default: the place contains gen.* 5/,
      )
      expect(held().trim()).toBe(flip.value(5))
      await deaf.stop()
      await reload(gateway, known)
      expect((await flip.up(5)).error).toBeUndefined()
      expect(await saysTo(gateway, flip.value(5))).toBe(accepted)
    })

  test("that does not run finds the token when it starts", async () => {
    await gateway.end()
    const { error } = await flip.up(6)
    expect(error).toBeUndefined()
    expect(held()).toContain(flip.value(6))
    expect(flip.output("takes")).toBe(flip.words(6))
    expect((await flip.up(6)).step).toBe("same")
  })
})
