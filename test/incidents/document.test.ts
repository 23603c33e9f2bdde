import { expect, test } from "vitest"
import { incidents } from "./catalogue/index.ts"
import { document, rowOf, rowsIn } from "./document.ts"

const said = { code: 1, output: "", seconds: 1 }
const line = "a | b \\ c <d> `e` fp:1f3a9c07"

test("a document keeps the rows that it is read from, and the cells that are not asked again", () => {
  const [first, second] = incidents
  if (!first || !second) throw new Error("no incidents")
  const named = { scan: { said, first: [], line }, doctor: { said, first: [], line: undefined } }
  const user = { command: "openclaw health", line: "refused" }
  const row = rowOf({ incident: first, named, user, leaks: [] })
  const text = document(incidents, new Map([[first.id, row]]))
  const rows = rowsIn(text)
  expect([...rows]).toEqual([[first.id, row]])
  expect(document(incidents, rows)).toBe(text)
  expect(rowOf({ incident: first, named: {}, leaks: [] }, row)).toEqual(row)
  expect(rowOf({ incident: second, named: {}, own: [], leaks: [] })).toMatchObject({ own: "–", user: "(not asked)" })
})

test("every incident can be read back from its row", () => {
  const row = rowOf({ incident: incidents[0] as never, named: {}, leaks: [] })
  const rows = new Map(incidents.map(({ id }) => [id, row]))
  expect([...rowsIn(document(incidents, rows)).keys()]).toEqual(incidents.map(({ id }) => id))
})
