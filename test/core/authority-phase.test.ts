import { describe, expect, test } from "vitest"
import { type AuthorityPhase, describeStep, phaseProblem, planOf, stepProblem } from "../../core/authority-phase.ts"

type Named = "1" | "1 trust" | "2 trust" | "2 clients" | "2 servers" | "2" | "3 trust" | "3 clients" | "3"

function step(name: Named) {
  const [generation, phase] = name.split(" ")
  return { generation: Number(generation), phase: phase as AuthorityPhase | undefined }
}

test.each<[Named, number[], number, number]>([
  ["1", [1], 1, 1],
  ["2 trust", [1, 2], 1, 1],
  ["2 clients", [1, 2], 2, 1],
  ["2 servers", [1, 2], 2, 2],
  ["2", [2], 2, 2],
  ["3 trust", [2, 3], 2, 2],
])("the authorities of generation and phase %s", (name, trusted, clients, guards) => {
  expect(planOf(step(name))).toEqual({ trusted, clients, guards })
})

describe("a step", () => {
  test.each<[Named, Named]>([
    ["1", "2 trust"],
    ["2 trust", "2 clients"],
    ["2 clients", "2 servers"],
    ["2 servers", "2"],
    ["2", "3 trust"],
    ["2 trust", "1"],
    ["2 clients", "2 trust"],
    ["2 servers", "2 clients"],
    ["3 trust", "2"],
    ["2", "2"],
  ])("leads from %s to %s", (from, to) => {
    expect(stepProblem(step(from), step(to))).toBeUndefined()
  })

  test.each<[Named, Named, string]>([
    ["1", "2", "the next step is generation 2 with phase trust, and no step leads back, as it is the first"],
    ["1", "2 clients", "the next step is generation 2 with phase trust, and no step leads back, as it is the first"],
    ["2 trust", "2 servers", "the next step is generation 2 with phase clients, and the step back is generation 1"],
    ["2 trust", "2", "the next step is generation 2 with phase clients, and the step back is generation 1"],
    [
      "2 clients",
      "1",
      "the next step is generation 2 with phase servers, and the step back is generation 2 with phase trust",
    ],
    ["2 servers", "2 trust", "the next step is generation 2, and the step back is generation 2 with phase clients"],
    ["2 servers", "3 trust", "the next step is generation 2, and the step back is generation 2 with phase clients"],
    [
      "2",
      "2 servers",
      "the next step is generation 3 with phase trust, and no step leads back, as authority g1 is gone",
    ],
    ["2", "1", "the next step is generation 3 with phase trust, and no step leads back, as authority g1 is gone"],
    [
      "2",
      "3 clients",
      "the next step is generation 3 with phase trust, and no step leads back, as authority g1 is gone",
    ],
    ["1", "3", "the next step is generation 2 with phase trust, and no step leads back, as it is the first"],
  ])("is refused from %s to %s", (from, to, ways) => {
    expect(stepProblem(step(from), step(to))).toBe(
      `cannot go from ${describeStep(step(from))} to ${describeStep(step(to))}: ${ways}`,
    )
  })

  test("never issues from an authority that the step before does not trust", () => {
    const all: Named[] = ["1", "2 trust", "2 clients", "2 servers", "2", "3 trust"]
    for (const from of all)
      for (const to of all.filter((each) => stepProblem(step(from), step(each)) === undefined)) {
        const [before, after] = [planOf(step(from)), planOf(step(to))]
        const inUse = [before.clients, before.guards, after.clients, after.guards]
        expect([from, to, inUse.filter((each) => !before.trusted.includes(each))]).toEqual([from, to, []])
        expect([from, to, inUse.filter((each) => !after.trusted.includes(each))]).toEqual([from, to, []])
      }
  })
})

test("generation 1 has no phase", () => {
  expect(phaseProblem(step("1 trust"))).toMatch(/^must not be set with generation 1/)
  expect(phaseProblem(step("2 trust"))).toBeUndefined()
  expect(phaseProblem(step("1"))).toBeUndefined()
})
