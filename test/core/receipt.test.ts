import { expect, test } from "vitest"
import { addReceipt, describeReceipt, type Receipt } from "../../core/receipt.ts"

const at = "2026-11-24T15:03:00.000Z"
const commit = "abc1234".padEnd(40, "0")
const one: Receipt = { generation: 2, from: 1, at, who: "me@studio", places: 12, verdicts: [] }

test.each<[Partial<Receipt>, string]>([
  [{}, ": 12 places"],
  [{ places: 1 }, ": 1 place"],
  [{ commit, dirty: false }, " (commit abc12340): 12 places"],
  [{ commit, dirty: true }, " (commit abc12340, with changes): 12 places"],
  [{ verdicts: ["studio: accepted", "accepted"] }, ": 12 places, 2 connects accepted"],
  [{ verdicts: ["studio: accepted"] }, ": 12 places, 1 connect accepted"],
  [
    { verdicts: ["studio: accepted", "mini: refused: AUTH_TOKEN_MISMATCH"] },
    ": 12 places, 1 of 2 connects accepted, not mini: refused: AUTH_TOKEN_MISMATCH",
  ],
  [{ lagging: ["ssh://me@tw.local"] }, ": 12 places; lagging: ssh://me@tw.local"],
])("%j reads as %s", (more, words) => {
  expect(describeReceipt({ ...one, ...more })).toBe(`generation 2 by me@studio at ${at}${words}`)
})

test("the last twenty are kept", () => {
  const numbers = Array.from({ length: 30 }, (_, at) => at + 1)
  const kept = numbers.reduce((all, generation) => addReceipt(all, { ...one, generation }), [] as Receipt[])
  expect(kept.map(({ generation }) => generation)).toEqual(numbers.slice(10))
})
