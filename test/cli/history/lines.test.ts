import { expect, test } from "vitest"
import type { GenerationChange } from "../../../cli/history/generation-change.ts"
import { textOf as styledTextOf } from "../../../cli/history/lines.ts"
import type { History } from "../../../cli/history/merge.ts"
import { plainText } from "../../../cli/text.ts"

const change: GenerationChange = {
  at: "2026-11-24T15:03:07.123Z",
  kind: "rotation",
  from: 1,
  to: 2,
  fingerprint: "fp:1f3a9c07",
  who: "me@studio",
  author: "Ann",
  commit: "454f37da".repeat(5),
  dirty: false,
  why: "rotate",
  places: 12,
  holders: ["studio secret file", "tw secret file"],
  lagging: [],
  verdicts: ["studio: accepted", "tw: accepted"],
  refusals: [],
  outcome: "succeeded",
  sources: ["receipt", "update"],
}
const inForce = { generation: 2, fingerprint: "fp:1f3a9c07", since: change.at }
const held = "In force: generation 2 (fp:1f3a9c07), since 2026-11-24 15:03:07 UTC; 1 change."
const textOf = (history: History) => plainText(styledTextOf(history))
const lines = (...changes: GenerationChange[]) => textOf({ changes, inForce }).split("\n")

test("a row says who rotated what, when, why, and from which commit; the last line what is in force", () => {
  expect(lines(change)).toEqual([
    "when (UTC)           generation            fingerprint  by         commit           places   accepted  outcome    why",
    "2026-11-24 15:03:07  1 → 2       rotation  fp:1f3a9c07  me@studio  454f37da by Ann  2 of 12  2 of 2    succeeded  rotate",
    "    held by studio secret file, tw secret file",
    "",
    held,
    "",
  ])
})

const late = {
  lagging: ["ssh://me@tw.local"],
  verdicts: ["studio: accepted", "tw: no gateway"],
  refusals: ["tw: no gateway"],
}
const { who: _, commit: __, author: ___, fingerprint: ____, places: _____, holders: ______, ...bare } = change
const later = { is: "finished", at: "2026-11-24T15:10:00.000Z" } as const

test.each<[string, Partial<GenerationChange>, RegExp]>([
  ["uncommitted changes", { dirty: true }, / 454f37da by Ann, with changes /],
  ["a long reason is cut", { why: "rotate ".repeat(20) }, / (?:rotate ){8}rota…$/],
  [
    "how far it got",
    { outcome: "failed", reached: "4 steps were done", later },
    /^ {4}4 steps were done; finished at 2026-11-24 15:10:00$/,
  ],
  ["what became of it", { outcome: "failed", later }, /^ {4}finished at 2026-11-24 15:10:00$/],
  ["who lags", late, /^ {4}lagging: ssh:\/\/me@tw\.local$/],
  ["who did not take it", late, /^ {4}tw: no gateway$/],
  ["an earlier gatekey's receipt", { ...bare, places: 12 }, / 12 +2 of 2 +succeeded/],
])("%s", (_, more, expected) => {
  const all = lines({ ...change, ...more })
  expect(
    all.filter((line) => expected.test(line)),
    all.join("\n"),
  ).toHaveLength(1)
})

test("many names are left to --json, and what is as before is not said again", () => {
  const holders = ["a", "b", "c", "d", "e"]
  expect(textOf({ changes: [{ ...change, holders }] })).not.toContain("held by")
  const all = lines(change, { ...bare, outcome: "failed" }, { ...change, ...late }, { ...change, ...late })
  expect(all.filter((line) => line.includes("held by"))).toHaveLength(1)
  expect(all.filter((line) => line.includes("tw: no gateway"))).toHaveLength(1)
  expect(all.filter((line) => line.includes("lagging"))).toHaveLength(2)
})

test("what is not through is said before what is in force, with what mends it", () => {
  const failed: GenerationChange = { ...bare, to: 3, from: 2, outcome: "failed", reached: "2 of 3 places written" }
  expect(
    textOf({ changes: [failed], unfinished: failed, inForce })
      .split("\n")
      .slice(-3),
  ).toEqual([
    "Generation 3 is not complete: 2 of 3 places written. Finish it: pulumi up, or go back: set gatekey:token.rotation to 2 first.",
    held,
    "",
  ])
  const running: GenerationChange = { ...bare, to: 3, outcome: "running" }
  expect(textOf({ changes: [running], unfinished: running })).toContain(
    "Generation 3 is not complete. It is in progress.\nNo generation is in force.\n",
  )
})

test("without any change there is no table", () => {
  expect(textOf({ changes: [] })).toBe("No generation is in force.\n")
})
