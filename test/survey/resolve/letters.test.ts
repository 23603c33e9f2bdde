import { describe, expect, it } from "vitest"
import { Secret } from "../../../core/secret.ts"
import { Letters } from "../../../survey/resolve/letters.ts"
import { strong } from "../../support/tokens.ts"

describe("letters", () => {
  it("are equal exactly for equal tokens, in the order of asking", () => {
    const letters = new Letters()
    const [a, b] = [strong(), strong()]
    expect([a, b, a, b].map((value) => letters.letterOf(new Secret(value)))).toEqual(["A", "B", "A", "B"])
  })

  it.each([
    [25, "Z"],
    [26, "AA"],
    [51, "AZ"],
    [52, "BA"],
    [701, "ZZ"],
    [702, "AAA"],
  ])("the one after %d others is %s", (others, letter) => {
    const letters = new Letters()
    for (let at = 0; at < others; at++) letters.letterOf(new Secret(`token-${at}`))
    expect(letters.letterOf(new Secret("another"))).toBe(letter)
  })

  it("have the name of a default that everybody knows, and of nothing else", () => {
    const letters = new Letters()
    const value = strong()
    expect(letters.describe(new Secret("clawdbot-local-dev"))).toBe("A, the public default clawdbot-local-dev")
    expect(letters.describe(new Secret(value))).toBe("B")
  })
})
