import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import fc from "fast-check"
import { describe, expect, onTestFinished, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"

/** Commands in paths: if one were ever run, it would create an unexpected file. */
const commands = ["$(touch hit)", "`touch hit`", ";touch hit;", "\ntouch hit\n", "&touch hit&", "|touch hit", ">hit"]
const special = [..."'\"\\$`;&|<>(){}[]*?!#~=%^, \t\n\r\u001b\u0001é\u{1f511}", "''", "\\\\", "'\\''", "$HOME", "..x"]

const name = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.constantFrom(...commands), fc.constantFrom("a", "-", "-rf", ".")), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join("").replaceAll("/", ""))
  .filter((name) => name !== "." && name !== ".." && Buffer.byteLength(name) < 150)

const path = fc.array(name, { minLength: 1, maxLength: 3 })

/** Lists the files below a folder. */
function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

describe.each([
  ["dash", {}],
  ["bash", { sh: "/bin/bash" }],
  ["busybox", { busybox: true }],
])("a path with any characters is one file's, and runs nothing: %s", (_sh, machine) => {
  const host = withFarm(1, machine)

  test("written, read and removed", async () => {
    const there = hostOf(`ssh://${host(1).name}`)
    const top = mkdtempSync(join(host(1).home, "gatekey-"))
    onTestFinished(() => rmSync(top, { recursive: true, force: true }))
    // A neighbour that a pattern would meet.
    writeFileSync(join(top, "neighbour"), "held")
    const before = below(host(1).home)
    let folders = 0
    await fc.assert(
      fc.asyncProperty(path, fc.boolean(), async (names, fromHome) => {
        // What one path leaves as a folder may be another's file.
        const file = join(top, `${folders++}`, ...names)
        const start = fromHome ? "~" : host(1).homeThere
        const asked = `${start}${file.slice(host(1).home.length)}`
        expect(await there.readSnapshot(asked)).toEqual({ kind: "absent", leftover: false })
        await there.edit(asked, () => ({ bytes: Buffer.from(asked) }))
        expect(readFileSync(file, "utf8")).toBe(asked)
        expect(await there.readSnapshot(asked)).toMatchObject({ kind: "file", bytes: Buffer.from(asked) })
        expect(below(host(1).home)).toEqual([...before, file].sort())
        writeFileSync(join(dirname(file), `.${names.at(-1)}.gatekey-0123456789ab`), "left")
        await there.edit(asked, () => undefined)
        expect(below(host(1).home)).toEqual([...before, file].sort())
        await there.edit(asked, () => ({ remove: true }))
        expect(below(host(1).home)).toEqual(before)
      }),
      { numRuns: 6 },
    )
    expect(existsSync(join(host(1).root, "hit"))).toBe(false)
  })
})
