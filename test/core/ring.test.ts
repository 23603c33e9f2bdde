import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { computeFingerprint, computeVerifier, type Ring, recognise } from "../../core/ring.ts"
import { strong, strongTokens } from "../support/tokens.ts"

const key = strong()
const values = { oldest: strong(), previous: strong(), current: strong(), later: strong(), next: strong() }
const entry = (generation: number | null, value: string) => ({ generation, verifier: computeVerifier(key, value) })
// Gone back from generation 4 to 3.
const ring: Ring = {
  key,
  current: 3,
  previous: 2,
  entries: [
    entry(1, values.oldest),
    entry(2, values.previous),
    entry(3, values.current),
    entry(4, values.later),
    entry(null, values.next),
  ],
}

describe("a ring recognises", () => {
  test.each([
    ["oldest", { role: "older", generation: 1 }],
    ["previous", { role: "previous", generation: 2 }],
    ["current", { role: "current", generation: 3 }],
    ["later", { role: "newer", generation: 4 }],
    ["next", { role: "next" }],
  ] as const)("the %s value", (name, recognised) => {
    expect(recognise(ring, values[name])).toEqual(recognised)
  })

  test("no foreign value, not even one that differs by a little", () => {
    fc.assert(
      fc.property(strongTokens, (foreign) => {
        expect(recognise(ring, foreign)).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
    for (const near of ["", values.current.toUpperCase(), `${values.current}\n`, values.current.slice(1)]) {
      if (near !== values.current) expect(recognise(ring, near)).toBeUndefined()
    }
  })
})

test("a fingerprint is short, constant for a key, and different for another key", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const print = computeFingerprint(key, value)
      expect(print).toMatch(/^fp:[0-9a-f]{8}$/)
      expect(computeFingerprint(key, value)).toBe(print)
      expect(computeVerifier(key, value)).toMatch(/^[0-9a-f]{64}$/)
      expect(computeVerifier(key, value)).not.toBe(computeVerifier(values.next, value))
    }),
    { numRuns: 1000 },
  )
})

test("a ring contains no value", () => {
  for (const value of Object.values(values)) expect(JSON.stringify(ring)).not.toContain(value)
})
