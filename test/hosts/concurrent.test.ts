import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import type { Edit, FileSnapshot } from "../../hosts/host.ts"
import { local } from "../../hosts/local.ts"
import { edited } from "../support/cli/editor.ts"
import * as machine from "../support/hosts/machine.ts"
import { onEachHost } from "../support/hosts/on-each-host.ts"

const linesOf = (path: string) => readFileSync(path, "utf8").split("\n").slice(0, -1)
const appended = (look: FileSnapshot, line: string): Edit => {
  const before = look.kind === "file" ? look.bytes : Buffer.alloc(0)
  return { bytes: Buffer.concat([before, Buffer.from(`${line}\n`)]) }
}

onEachHost((reached) => {
  const { folder, there, remote } = reached
  const edit = (path: string, decide: (look: FileSnapshot) => Edit | undefined) =>
    reached.host.edit(there(path), decide)

  describe("loses no edit", () => {
    test("of many concurrent ones in one process", async () => {
      const path = join(folder(), "x")
      const lines = Array.from({ length: remote ? 12 : 50 }, (_, at) => `line ${at}`)
      await Promise.all(lines.map((line) => edit(path, (look) => appended(look, line))))
      expect(linesOf(path).sort()).toEqual(lines.sort())
      expect(readdirSync(dirname(path))).toEqual(["x"])
    })

    test("of four processes with many each", async () => {
      const path = join(folder(), "x")
      const lines = remote ? 5 : 50
      const names = ["a", "b", "c", "d"]
      const job = { path: there(path), do: "append", host: reached.name, lines } as const
      const ends = await Promise.all(names.map((name) => edited({ ...job, name })))
      expect(ends).toEqual(["done", "done", "done", "done"])
      const all = names.flatMap((name) => Array.from({ length: lines }, (_, line) => `${name} ${line}`))
      expect(linesOf(path).sort()).toEqual(all.sort())
      expect(readdirSync(dirname(path))).toEqual(["x"])
    })
  })

  describe("a file that another program changes", () => {
    test.each([1, 2, 3])("before each of the first %i writes is read again", async (looks) => {
      const path = join(folder(), "x")
      writeFileSync(path, "start\n")
      let calls = 0
      await edit(path, (look) => {
        if (++calls <= looks) writeFileSync(path, "another's\n", { flag: "a" })
        return appended(look, "ours")
      })
      expect(linesOf(path)).toEqual(["start", ...Array.from({ length: looks }, () => "another's"), "ours"])
      expect(readdirSync(dirname(path))).toEqual(["x"])
    })

    test("in place, with the same size, is read again too", async () => {
      const path = join(folder(), "x")
      writeFileSync(path, "one\n")
      let calls = 0
      await edit(path, (look) => {
        if (++calls <= 2) writeFileSync(path, "two\n")
        return appended(look, "ours")
      })
      expect(linesOf(path)).toEqual(["two", "ours"])
    })

    test("that appears meanwhile is not overwritten", async () => {
      const path = join(folder(), "x")
      let calls = 0
      await edit(path, (look) => {
        if (++calls === (remote ? 1 : 2)) writeFileSync(path, "another's\n")
        return appended(look, "ours")
      })
      expect(linesOf(path)).toEqual(["another's", "ours"])
    })

    test("is not removed when it changed meanwhile", async () => {
      const path = join(folder(), "x")
      writeFileSync(path, "ours\n")
      let calls = 0
      await edit(path, (look) => {
        if (++calls === (remote ? 1 : 2)) writeFileSync(path, "another's\n")
        const held = look.kind === "file" ? Buffer.from(look.bytes).toString() : ""
        return held === "ours\n" ? { remove: true } : undefined
      })
      expect(linesOf(path)).toEqual(["another's"])
    })

    test("every time is given up, and keeps the other program's content", async () => {
      const path = join(folder(), "x")
      let calls = 0
      const given = edit(path, () => {
        writeFileSync(path, `${++calls}`)
        return { bytes: Buffer.from("ours") }
      })
      const why = `${reached.told(there(path))}: it changed each time it was about to be written; try again`
      await expect(given).rejects.toThrow(why)
      expect(readFileSync(path, "utf8")).toBe(`${calls}`)
      expect(readdirSync(dirname(path))).toEqual(["x"])
    })
  })

  if (remote) {
    test("loses no edit over ssh and none on the machine itself", async () => {
      const path = join(folder(), "x")
      const remotes = ["a", "b"].map((name) => ({ name, host: reached.name, path: there(path), lines: 4 }))
      const locals = ["c", "d"].map((name) => ({ name, host: "local", path, lines: 25 }))
      const all = [...remotes, ...locals]
      expect(await Promise.all(all.map((job) => edited({ ...job, do: "append" })))).toEqual(all.map(() => "done"))
      const lines = all.flatMap(({ name, lines }) => Array.from({ length: lines }, (_, line) => `${name} ${line}`))
      expect(linesOf(path).sort()).toEqual(lines.sort())
      expect(readdirSync(dirname(path))).toEqual(["x"])
    })
  }
})

test("a concurrent reader gets the old or the new content, never a part", async () => {
  const path = join(machine.folder(), "x")
  const contents = ["a".repeat(100_000), "b".repeat(30_000)] as const
  writeFileSync(path, contents[0])
  let done = false
  const seen = new Map<string, number>()
  const reader = (async () => {
    while (!done) {
      const text = await readFile(path, "utf8")
      seen.set(text, (seen.get(text) ?? 0) + 1)
    }
  })()
  for (let edit = 1; edit <= 200; edit++) {
    await local.edit(path, () => ({ bytes: Buffer.from(contents[edit % 2] ?? "") }))
  }
  done = true
  await reader
  for (const text of seen.keys()) expect(contents.includes(text)).toBe(true)
  expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20)
})
