import { describe, expect, test } from "vitest"
import { itemLines, readersOf } from "../../../cli/history/vault.ts"
import { plainText } from "../../../cli/text.ts"

const minute = (at: number) => new Date(Date.UTC(2026, 10, 24, 12, at)).toISOString()
const read = { who: "ann", how: "reveal", by: "1Password for Mac, 192.0.2.7" }
const reads = [
  { ...read, at: minute(9), version: 2 },
  { ...read, at: minute(8), version: 2 },
  { ...read, at: minute(7), version: 1 },
  { who: "studio", how: "server-fetch", at: minute(6), version: 2 },
]

describe("who read the item", () => {
  test("is one row for each version and way, with the last time", () => {
    expect(readersOf(reads)).toEqual([
      { ...read, at: minute(9), version: 2, times: 2 },
      { ...read, at: minute(7), version: 1, times: 1 },
      { who: "studio", how: "server-fetch", at: minute(6), version: 2, times: 1 },
    ])
  })

  test("is escaped, whoever named it", () => {
    expect(readersOf([{ at: "now", who: "a\u001b[31m", how: "b\n", by: "c\u202e" }])).toEqual([
      { at: "now", who: "a\\u{1b}[31m", how: "b\\u{a}", by: "c\\u{202e}", times: 1 },
    ])
  })
})

test.each([
  [
    readersOf(reads),
    `
read in 30 days by:
last (UTC)           by      how           version  times  with
2026-11-24 12:09:00  ann     reveal        2        2      1Password for Mac, 192.0.2.7
2026-11-24 12:07:00  ann     reveal        1        1      1Password for Mac, 192.0.2.7
2026-11-24 12:06:00  studio  server-fetch  2        1
`,
  ],
  [[], "\nNo read of it is recorded in 30 days.\n"],
  [undefined, "\nSet EVENTS_API_TOKEN to list its readers by 1Password's Events API.\n"],
])("an item is told with its versions and readers: %#", (readers, end) => {
  const item = { item: "1Password item gateway in vault Home", since: minute(0) }
  const lines = plainText(
    itemLines({ ...item, versions: [{ version: 2, at: minute(5), who: "W" }], ...(readers && { readers }) }),
  )
  expect(lines).toBe(`\n${item.item}:\nwhen (UTC)           version  by\n2026-11-24 12:05:00  2        W\n${end}`)
})
