import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { mayImport, picture } from "../../tools/rooms.ts"

const text = readFileSync(join(import.meta.dirname, "../../CONTRIBUTING.md"), "utf8")

test("CONTRIBUTING says of each folder what the linter lets it import", () => {
  const rows = [...text.matchAll(/^\| `([a-z/]+)\/` \| .* \| ([^|]*) \|$/gm)]
  const said = rows.map(([, folder = "", cell = ""]) => [
    folder,
    [...cell.matchAll(/`([a-z/]+)\/`/g)].map(([, name]) => name),
  ])
  expect(Object.fromEntries(said)).toEqual(mayImport)
})

test("CONTRIBUTING has the picture of the folders", () => {
  expect(text).toContain(picture())
})
