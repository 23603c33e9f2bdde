import { expect, test } from "vitest"
import { rotationOptions } from "../../bench/rotation/options.ts"
import { casesOf, phases, victims } from "../../bench/rotation/points.ts"
import { longest, outage, type Try } from "../../bench/rotation/prober.ts"

/** A connect each 100 ms that has its answer after 10: `+` accepted, `-` refused, `.` nobody there. */
const connects = (line: string): Try[] => {
  const verdicts = { "+": "accepted", "-": "refused", ".": "unavailable" } as const
  return [...line].map((sign, at) => {
    return { begun: at * 100, ended: at * 100 + 10, verdict: verdicts[sign as "+"], why: "" }
  })
}

test.each([
  { line: "++++", out: 0, refused: 0 },
  { line: "+-++", out: 110, refused: 110 },
  { line: "+--..+", out: 410, refused: 210 },
  { line: "+-+--+", out: 410, refused: 210 },
  { line: "+..", out: Number.POSITIVE_INFINITY, refused: 0 },
])("$line: out for $out ms, refused for $refused ms in a row", ({ line, out, refused }) => {
  expect(outage(connects(line))).toBe(out)
  expect(outage(connects(line).reverse())).toBe(out)
  expect(longest(connects(line), ({ verdict }) => verdict === "refused")).toBe(refused)
})

test("every point has its case, where they are few with each victim; fewer cases still have each phase and each victim", () => {
  const points = phases.flatMap((phase, at) =>
    Array.from({ length: at * 3 + 1 }, (_, index) => ({ phase, number: index + 1, what: "" })),
  )
  const all = casesOf(points)
  const words = all.map(({ point, victim }) => `${point.phase} ${point.number} ${victim}`)
  expect(new Set(words).size).toBe(words.length)
  expect(new Set(all.map(({ point }) => point))).toEqual(new Set(points))
  expect(phases.map((phase) => all.filter(({ point }) => point.phase === phase).length)).toEqual([4, 16, 7, 10, 13])
  for (const most of [5, 12, 20, 40]) {
    const some = casesOf(points, most)
    expect(Math.abs(some.length - most), `${most}`).toBeLessThan(phases.length)
    expect(new Set(some.map(({ point }) => point.phase))).toEqual(new Set(phases))
    expect(new Set(some.map(({ victim }) => victim)).size, `${most}`).toBe(victims.length)
  }
})

test("the options: all of it, a part of it, less of it; what cannot be read is told", () => {
  const all = ["openclaw", "clawdbot", "interrupted"]
  expect(rotationOptions([])).toEqual({ only: all, rotations: 20, clawdbot: 5, pairs: 3, cases: 40 })
  expect(rotationOptions(["--only", "clawdbot", "--rotations", "2"])).toMatchObject({ only: ["clawdbot"], clawdbot: 2 })
  expect(() => rotationOptions(["--only", "nothing"])).toThrow(
    '--only takes one of openclaw, clawdbot, interrupted, not "nothing"',
  )
  expect(() => rotationOptions(["--cases", "0"])).toThrow("--cases takes a whole number from 1 to 999")
})
