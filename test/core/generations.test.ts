import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { UserError } from "../../core/errors.ts"
import {
  createGenerations,
  createRing,
  findInForce,
  fingerprintInForce,
  type Generations,
  generateToken,
} from "../../core/generations.ts"
import { computeFingerprint, recognise } from "../../core/ring.ts"
import { rotate } from "../../core/rotate.ts"
import { strong } from "../support/tokens.ts"

const now = "2026-01-01T00:00:00.000Z"
const options = (keep = 3, compromised: readonly number[] = []) => ({ keep, compromised, coming: generateToken(), now })
const numbers = ({ kept }: Generations) => kept.map(({ generation }) => generation)

/** Creates generation 1, then rotates to each of the numbers. */
function through(rotations: readonly number[], keep?: number): Generations {
  return rotations.reduce((from, rotation) => rotate(from, rotation, options(keep)), createGenerations(1, undefined))
}

test("a new token is 64 hex digits, each time another", () => {
  const tokens = Array.from({ length: 1000 }, generateToken)
  for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set(tokens).size).toBe(tokens.length)
})

describe("the first generations", () => {
  test("are one new token, and one generated ahead", () => {
    const first = createGenerations(7, undefined)
    expect(first).toMatchObject({ current: 7, previous: null, forgotten: [] })
    expect(numbers(first)).toEqual([7])
    expect(findInForce(first).value).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set([first.key, first.next, findInForce(first).value]).size).toBe(3)
    expect(Math.abs(Date.now() - Date.parse(findInForce(first).created))).toBeLessThan(60_000)
  })

  test("are the adopted token, when it is strong", () => {
    const value = strong()
    const adopted = createGenerations(1, value)
    expect(findInForce(adopted)).toMatchObject({ generation: 1, value })
    expect(adopted.previous).toBeNull()
  })

  test("are a new token after the adopted one, if that is weak", () => {
    const adopted = createGenerations(1, "changeme")
    expect(numbers(adopted)).toEqual([0, 1])
    expect(adopted).toMatchObject({ current: 1, previous: 0 })
    expect(findInForce(adopted).value).not.toBe("changeme")
    expect(recognise(createRing(adopted), "changeme")).toEqual({ role: "previous", generation: 0 })
    expect(() => rotate(adopted, 0, options())).toThrow(UserError)
  })
})

describe("a changed number", () => {
  test("that is higher promotes the token generated ahead", () => {
    const before = createGenerations(1, undefined)
    const coming = generateToken()
    const after = rotate(before, 2, { ...options(), coming })
    expect(findInForce(after)).toEqual({ generation: 2, value: before.next, created: now })
    expect(after).toMatchObject({ current: 2, previous: 1, next: coming, key: before.key })
  })

  test("may leave numbers out, and then names another token than any of these could", () => {
    expect(numbers(through([5, 9]))).toEqual([1, 5, 9])
    const before = createGenerations(1, undefined)
    const lost = findInForce(rotate(before, 2, options())).value
    const over = findInForce(rotate(before, 3, options())).value
    expect(over).toMatch(/^[0-9a-f]{64}$/)
    expect([lost, before.next, findInForce(rotate(before, 4, options())).value]).not.toContain(over)
    expect(findInForce(rotate(before, 3, options())).value, "in every attempt").toBe(over)
  })

  test("that is a kept one brings exactly that token back, and forward again", () => {
    const three = through([2, 3])
    const back = rotate(three, 1, options())
    expect(findInForce(back)).toEqual(three.kept[0])
    expect(back).toMatchObject({ current: 1, previous: 3, next: three.next })
    expect(findInForce(rotate(back, 3, options()))).toEqual(three.kept[2])
  })

  test("that is the same changes nothing", () => {
    const three = through([2, 3])
    expect(rotate(three, 3, options())).toEqual(three)
  })

  test("that is not kept any more is refused, by name of those that are", () => {
    const five = through([2, 3, 4, 5])
    expect(() => rotate(five, 1, options())).toThrow(
      "generation 1 is not kept (kept: 3, 4, 5); name one of those, or raise rotation to 6",
    )
  })

  test("that never was one is refused below the highest, also after going back", () => {
    const back = rotate(through([5]), 1, options())
    expect(() => rotate(back, 3, options())).toThrow("generation 3 is not kept (kept: 1, 5)")
    expect(findInForce(rotate(back, 6, options())).value).toBe(back.next)
  })

  test("that is marked compromised is refused, and the way out named", () => {
    expect(() => rotate(through([2]), 1, options(3, [1]))).toThrow(
      "generation 1 is marked compromised; raise rotation to 3",
    )
  })
})

test("the oldest are forgotten, but their copies still named", () => {
  const values = new Map<number, string>()
  let at = createGenerations(1, undefined)
  for (let rotation = 1; rotation <= 15; rotation++) {
    at = rotate(at, rotation, options())
    values.set(rotation, findInForce(at).value)
  }
  expect(numbers(at)).toEqual([13, 14, 15])
  for (const [generation, value] of values) {
    expect(recognise(createRing(at), value)).toMatchObject({ generation })
    expect(JSON.stringify(at).includes(value)).toBe(generation >= 13)
  }
})

test("what is in force and what was before it are forgotten last", () => {
  const back = rotate(rotate(through([2, 3, 4, 5], 5), 1, options(5)), 2, options(2))
  expect(numbers(back)).toEqual([1, 2])
})

interface World {
  /** The constant value of each number. */
  readonly named: Map<number, string>
  at: Generations
}

/** Performs one rotation, and checks the laws. */
function step(world: World, rotation: number, keep: number, compromised: readonly number[]): void {
  const before = structuredClone(world.at)
  const highest = Math.max(...world.named.keys())
  const kept = before.kept.some(({ generation }) => generation === rotation)
  const allowed = !compromised.includes(rotation) && (rotation > highest || (kept && rotation > 0))
  const coming = generateToken()
  if (!allowed) {
    expect(() => rotate(world.at, rotation, { keep, compromised, coming, now })).toThrow(UserError)
    expect(world.at).toEqual(before)
    return
  }
  const after = rotate(world.at, rotation, { keep, compromised, coming, now })
  expect(world.at).toEqual(before)
  world.at = after

  const value = world.named.get(rotation) ?? (rotation === highest + 1 ? before.next : findInForce(after).value)
  expect([...world.named].filter(([number, other]) => other === value && number !== rotation)).toEqual([])
  world.named.set(rotation, value)
  expect(findInForce(after)).toMatchObject({ generation: rotation, value })
  expect(after.next).toBe(rotation > highest ? coming : before.next)
  expect(after.previous).toBe(rotation === before.current ? before.previous : before.current)
  expect(fingerprintInForce(after)).toBe(computeFingerprint(before.key, value))
  for (const { generation, value } of after.kept) expect(value).toBe(world.named.get(generation))
  expect(numbers(after)).toEqual([...numbers(after)].sort((a, b) => a - b))
  expect(after.kept.length).toBeLessThanOrEqual(Math.max(keep, 1))
  expect(after.kept.length).toBeGreaterThanOrEqual(Math.min(keep, before.kept.length))
  recognisesAll(world)
}

function recognisesAll({ at, named }: World): void {
  const ring = createRing(at)
  for (const [generation, value] of named) {
    const role =
      generation === at.current
        ? "current"
        : generation === at.previous
          ? "previous"
          : generation < at.current
            ? "older"
            : "newer"
    expect(recognise(ring, value)).toEqual({ role, generation })
  }
  expect(recognise(ring, at.next)).toEqual({ role: "next" })
  expect(recognise(ring, generateToken())).toBeUndefined()
  for (const value of [...named.values(), at.next]) expect(JSON.stringify(ring)).not.toContain(value)
}

test("with any numbers, a number always has the same value, and a refused one changes nothing", () => {
  const steps = fc.array(
    fc.record({
      rotation: fc.integer({ min: 0, max: 14 }),
      keep: fc.integer({ min: 1, max: 5 }),
      compromised: fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  const adopted = fc.constantFrom(undefined, strong(), "changeme")
  fc.assert(
    fc.property(adopted, steps, (adopted, steps) => {
      const at = createGenerations(1, adopted)
      const world: World = { at, named: new Map(at.kept.map(({ generation, value }) => [generation, value])) }
      for (const { rotation, keep, compromised } of steps) step(world, rotation, keep, compromised)
    }),
    { numRuns: 1000 },
  )
})

describe("a token whose source is the vault", () => {
  const given = (value: string) => ({ ...options(2), given: value })

  test("is the generation of its number, and the one generated ahead is kept", () => {
    const [first, second] = [strong(), strong()]
    const from = createGenerations(1, first)
    const after = rotate(from, 2, given(second))
    expect([findInForce(from).value, findInForce(after).value]).toEqual([first, second])
    expect(after.next).toBe(from.next)
  })

  test("is kept again if it returns after it was forgotten, and no other with its number", () => {
    const values = [1, 2, 3, 4].map(() => strong())
    const all = values
      .slice(1)
      .reduce((from, value, at) => rotate(from, at + 2, given(value)), createGenerations(1, values[0]))
    expect(numbers(all)).not.toContain(1)
    const back = rotate(all, 1, given(values[0] ?? ""))
    expect(findInForce(back)).toMatchObject({ generation: 1, value: values[0] })
    expect(back.forgotten.map(({ generation }) => generation)).not.toContain(1)
    expect(() => rotate(all, 1, given(strong()))).toThrow("generation 1 is not kept")
    expect(() => rotate(all, 5, given("openclaw"))).toThrow("is a public default")
  })
})
