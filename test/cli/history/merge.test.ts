import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type History, historyOf } from "../../../cli/history/merge.ts"
import type { HistoryRecord, ReceiptRecord, UpdateRecord } from "../../../cli/history/record.ts"
import type { StateHistory } from "../../../cli/history/state-history.ts"

const timeOf = (minute: number, second = 0) => new Date(Date.UTC(2026, 10, 24, 12, minute, second)).toISOString()
const printOf = (generation: number) => `fp:${`${generation}`.repeat(8).slice(0, 8)}`

/** A run that begins in that minute, and takes half of it. */
function run(minute: number, rotation: number | undefined, more: Partial<UpdateRecord> = {}): UpdateRecord {
  const at = { begun: timeOf(minute), at: timeOf(minute, 30) }
  const asked = rotation === undefined ? {} : { rotation }
  return { source: "update", ...at, outcome: "succeeded", changes: 7, emptied: false, ...asked, ...more }
}

/** A receipt that was written in the run of that minute. */
function receipt(
  minute: number,
  from: number | undefined,
  generation: number,
  more: Partial<ReceiptRecord> = {},
): ReceiptRecord {
  const known = { at: timeOf(minute, 29), who: "me@studio", places: 12, verdicts: [], fingerprint: printOf(generation) }
  return { source: "receipt", generation, ...(from === undefined ? {} : { from }), ...known, ...more }
}

const failed = (changes: number): Partial<UpdateRecord> => ({ outcome: "failed", changes })

/** The state, with the generation of the Token, and the one that was through. */
function state(
  generation: number,
  through: number | null = generation,
  more: Partial<StateHistory> = {},
): StateHistory {
  const token = {
    generation,
    highest: 9,
    created: timeOf(0),
    modified: timeOf(9),
    adopted: false,
    fingerprint: printOf(generation),
  }
  return { token, ...(through === null ? {} : { through }), receipts: [], holders: [], ...more }
}

const halfway = {
  holders: [
    { name: "tw secret file", generation: 2 },
    { name: "mini secret file", generation: 2 },
    { name: "studio secret file", generation: 1, gateway: "studio" },
  ],
}

function told({ changes, inForce, unfinished }: History): string[] {
  const rows = changes.map(({ from, to, kind, outcome, sources, reached, later }) =>
    [`${from ?? "-"}>${to} ${kind} ${outcome} (${sources.join(", ")})`, reached, later?.is].filter(Boolean).join(": "),
  )
  return [...rows, `in force: ${inForce?.generation ?? "-"}${unfinished ? `, not ${unfinished.to}` : ""}`]
}

describe("a history", () => {
  test.each<[string, HistoryRecord[], StateHistory, string[]]>([
    ["before the first `up`", [], { receipts: [], holders: [] }, ["in force: -"]],
    [
      "keeps the order of the receipts where the clock went back, also for what failed before",
      [
        run(1, 1),
        run(2, 3, failed(3)),
        run(3, 3),
        run(9, 2),
        receipt(1, undefined, 1),
        receipt(9, 1, 2),
        receipt(3, 2, 3),
      ],
      state(3),
      [
        "2>3 rotation succeeded (receipt, update)",
        "2>3 rotation failed (update): 3 steps were done: finished",
        "1>2 rotation succeeded (receipt, update)",
        "->1 first succeeded (receipt, update)",
        "in force: 3",
      ],
    ],
    [
      "keeps the order of a backend that counts its updates, whatever the clock said",
      [run(1, 1, { version: 1 }), run(9, 2, { version: 2 }), run(3, 3, { version: 3 })],
      state(3),
      [
        "2>3 rotation succeeded (update)",
        "1>2 rotation succeeded (update)",
        "->1 first succeeded (update)",
        "in force: 3",
      ],
    ],
    [
      "joins what two sources tell of one run",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2), receipt(2, 1, 2)],
      state(2),
      ["1>2 rotation succeeded (receipt, update)", "->1 first succeeded (receipt, update)", "in force: 2"],
    ],
    [
      "has an adoption",
      [run(1, 1, { adopts: true }), receipt(1, undefined, 1)],
      state(1),
      ["->1 adoption succeeded (receipt, update)", "in force: 1"],
    ],
    [
      "has a way back, and the way forth again to a token that was in force",
      [run(1, 1), run(2, 2), run(3, 1), run(4, 2)],
      state(2),
      [
        "1>2 revert succeeded (update)",
        "2>1 revert succeeded (update)",
        "1>2 rotation succeeded (update)",
        "->1 first succeeded (update)",
        "in force: 2",
      ],
    ],
    [
      "has no row for an `up` that changed another thing, or failed at it",
      [run(1, 1), receipt(1, undefined, 1), run(2, 1), run(3, 1, failed(2)), run(4, 1, { changes: 0 })],
      state(1),
      ["->1 first succeeded (receipt, update)", "in force: 1"],
    ],
    [
      "has one that failed, and that which finished it",
      [run(1, 1), run(2, 2, failed(0)), run(3, 2, failed(5)), run(4, 2), receipt(4, 1, 2)],
      state(2),
      [
        "1>2 rotation succeeded (receipt, update)",
        "1>2 rotation failed (update): 5 steps were done: finished",
        "1>2 rotation failed (update): nothing was changed: finished",
        "->1 first succeeded (update)",
        "in force: 2",
      ],
    ],
    [
      "says of the latest one that failed how far it got",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, failed(4))],
      state(2, 1, halfway),
      [
        "1>2 rotation failed (update): 2 of 3 places written; the gateway studio stayed on generation 1",
        "->1 first succeeded (receipt, update)",
        "in force: 1, not 2",
      ],
    ],
    [
      "says the same of the first `up`",
      [run(1, 2, failed(9))],
      state(2, null, halfway),
      [
        "->2 first failed (update): 2 of 3 places written; the gateway studio stayed on generation 1",
        "in force: -, not 2",
      ],
    ],
    [
      "waits for one that was refused before anything was changed",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, failed(0))],
      state(1),
      [
        "1>2 rotation failed (update): nothing was changed",
        "->1 first succeeded (receipt, update)",
        "in force: 1, not 2",
      ],
    ],
    [
      "has one that was taken back halfway, which leaves no receipt",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, failed(4)), run(3, 1)],
      state(1),
      [
        "2>1 revert succeeded (update)",
        "1>2 rotation failed (update): 4 steps were done: taken back",
        "->1 first succeeded (receipt, update)",
        "in force: 1",
      ],
    ],
    [
      "has no row for taking back what had changed nothing",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, failed(0)), run(3, 1, { changes: 0 })],
      state(1),
      [
        "1>2 rotation failed (update): nothing was changed: taken back",
        "->1 first succeeded (receipt, update)",
        "in force: 1",
      ],
    ],
    [
      "has one that was overtaken",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, failed(4)), run(3, 3), receipt(3, 1, 3)],
      state(3),
      [
        "1>3 rotation succeeded (receipt, update)",
        "1>2 rotation failed (update): 4 steps were done: overtaken",
        "->1 first succeeded (receipt, update)",
        "in force: 3",
      ],
    ],
    [
      "has one that was through before its run failed, as by a hook",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, failed(7)), receipt(2, 1, 2), run(3, 2)],
      state(2),
      [
        "1>2 rotation succeeded (receipt, update): the rotation was complete, but a later step of that run failed",
        "->1 first succeeded (receipt, update)",
        "in force: 2",
      ],
    ],
    [
      "knows of one that was killed, of which Pulumi keeps no run",
      [run(1, 1), receipt(1, undefined, 1)],
      state(2, 1, halfway),
      [
        "1>2 rotation unfinished (state): 2 of 3 places written; the gateway studio stayed on generation 1",
        "->1 first succeeded (receipt, update)",
        "in force: 1, not 2",
      ],
    ],
    [
      "does not believe a run with --target that all is through",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, { changes: 2 })],
      state(2, 1, halfway),
      [
        "1>2 rotation unfinished (update): 2 of 3 places written; the gateway studio stayed on generation 1",
        "->1 first succeeded (receipt, update)",
        "in force: 1, not 2",
      ],
    ],
    [
      "knows what is under way",
      [run(1, 1), receipt(1, undefined, 1), run(2, 2, { outcome: "running", changes: 0 })],
      state(1),
      ["1>2 rotation running (update)", "->1 first succeeded (receipt, update)", "in force: 1, not 2"],
    ],
    [
      "is told by receipts alone where the backend forgot, and by runs alone where the state did",
      [receipt(1, undefined, 1), receipt(2, 1, 2), run(3, 3), run(4, 4)],
      state(4),
      [
        "3>4 rotation succeeded (update)",
        "2>3 rotation succeeded (update)",
        "1>2 rotation succeeded (receipt)",
        "->1 first succeeded (receipt)",
        "in force: 4",
      ],
    ],
    [
      "finds a run's number in its receipt, and leaves out a run without either",
      [run(1, undefined), receipt(1, undefined, 1), run(2, undefined, failed(3)), run(3, undefined), receipt(3, 1, 2)],
      state(2),
      ["1>2 rotation succeeded (receipt, update)", "->1 first succeeded (receipt, update)", "in force: 2"],
    ],
    [
      "begins anew where all was removed",
      [run(1, 1), run(2, 2), run(3, 2, { emptied: true }), run(4, 1), receipt(4, undefined, 1)],
      state(1),
      [
        "->1 first succeeded (receipt, update)",
        "1>2 rotation succeeded (update)",
        "->1 first succeeded (update)",
        "in force: 1",
      ],
    ],
    [
      "joins them where two clocks differ by some seconds",
      [run(1, 1), receipt(1, undefined, 1, { at: timeOf(1, 44) }), run(2, 2), receipt(2, 1, 2, { at: timeOf(1, 58) })],
      state(2),
      ["1>2 rotation succeeded (receipt, update)", "->1 first succeeded (receipt, update)", "in force: 2"],
    ],
    [
      "tells two runs of one second apart by their numbers and their order",
      [
        run(1, 1, { begun: timeOf(1), at: timeOf(1, 5) }),
        receipt(1, undefined, 1, { at: timeOf(1, 5) }),
        run(1, 2, { begun: timeOf(1, 5), at: timeOf(1, 5), ...failed(0) }),
        run(1, 2, { begun: timeOf(1, 5), at: timeOf(1, 9), ...failed(0) }),
      ],
      state(1),
      [
        "1>2 rotation failed (update): nothing was changed",
        "1>2 rotation failed (update): nothing was changed",
        "->1 first succeeded (receipt, update)",
        "in force: 1, not 2",
      ],
    ],
  ])("%s", (_, all, kept, expected) => {
    expect(told(historyOf(all, kept))).toEqual(expected)
  })

  test("says who, why, and from which commit: of the receipt, else of the run", () => {
    const [one, other] = ["1".repeat(40), "2".repeat(40)]
    const why = { why: "rotate", author: "Ann", commit: one, dirty: false }
    const { changes } = historyOf(
      [
        run(1, 1, why),
        receipt(1, undefined, 1, { commit: one, dirty: true }),
        run(2, 2, why),
        receipt(2, 1, 2, { commit: other, dirty: false }),
        run(3, 3, { ...why, ...failed(3) }),
      ],
      state(3, 2),
    )
    expect(changes).toMatchObject([
      { why: "rotate", author: "Ann", commit: one, dirty: false },
      { who: "me@studio", why: "rotate", commit: other, dirty: false },
      { who: "me@studio", why: "rotate", author: "Ann", commit: one, dirty: true },
    ])
    expect(changes[0]).not.toHaveProperty("who")
    expect(changes[1], "the author of another commit").not.toHaveProperty("author")
  })

  test("names a generation by one fingerprint, also where its receipt has none; not one of before all was removed", () => {
    const { fingerprint: _, ...old } = receipt(5, undefined, 1)
    const { changes, inForce } = historyOf(
      [run(1, 1), run(2, 2), run(3, 2, { emptied: true }), run(5, 1), old, run(6, 2, failed(0)), run(7, 2, failed(3))],
      state(2, 1),
    )
    expect(changes.map(({ to, fingerprint }) => [to, fingerprint])).toEqual([
      [2, printOf(2)],
      [2, printOf(2)],
      [1, undefined],
      [2, undefined],
      [1, undefined],
    ])
    expect(inForce).toEqual({ generation: 1, since: timeOf(5, 29) })
  })
})

/** What a fleet did, minute by minute, and what is left of each of its sources. */
const lives = fc
  .array(
    fc.record({
      rotation: fc.integer({ min: 1, max: 5 }),
      changes: fc.integer({ min: 0, max: 9 }),
      outcome: fc.constantFrom("succeeded", "failed"),
      hasRun: fc.boolean(),
      hasReceipt: fc.boolean(),
      tells: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((steps) => {
    let through: number | undefined
    return steps.flatMap(({ rotation, changes, outcome, hasRun, hasReceipt, tells }, minute): HistoryRecord[] => {
      const from = through
      const isNew = outcome === "succeeded" && rotation !== from
      if (isNew) through = rotation
      return [
        ...(hasRun
          ? [run(minute, tells ? rotation : undefined, { outcome, changes: isNew ? changes + 1 : changes })]
          : []),
        ...(isNew && hasReceipt ? [receipt(minute, from, rotation)] : []),
      ]
    })
  })

test("whatever is told: the latest first, each receipt in one row, and no run in two", () => {
  fc.assert(
    fc.property(lives, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (all, generation, through) => {
      const { changes } = historyOf(all, state(generation, through, halfway))
      const times = changes.filter(({ sources }) => !sources.includes("state")).map(({ at }) => at)
      expect(times).toEqual(times.toSorted().reverse())
      expect(new Set(times).size).toBe(times.length)
      const receipts = all.filter(({ source }) => source === "receipt")
      const rows = changes.filter(({ sources }) => sources.includes("receipt"))
      expect(rows.map(({ at, to }) => [at, to])).toEqual(
        receipts.map((each) => [each.at, "generation" in each ? each.generation : 0]).reverse(),
      )
      expect(rows.every(({ outcome, later }) => outcome === "succeeded" && later === undefined)).toBe(true)
    }),
  )
})
