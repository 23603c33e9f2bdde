import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { local } from "../../hosts/local.ts"
import { edited } from "../support/editor.ts"
import { folder } from "../support/machine.ts"

/** Appends a line, as an edit that must not be lost. */
function append(path: string, line: string): Promise<void> {
  return local.edit(path, (look) => {
    const before = look.kind === "file" ? look.bytes : Buffer.alloc(0)
    return { bytes: Buffer.concat([before, Buffer.from(`${line}\n`)]) }
  })
}

const linesOf = (path: string) => readFileSync(path, "utf8").split("\n").slice(0, -1)

describe("no edit is lost", () => {
  test("of fifty at once in one process", async () => {
    const path = join(folder(), "x")
    const lines = Array.from({ length: 50 }, (_, at) => `line ${at}`)
    await Promise.all(lines.map((line) => append(path, line)))
    expect(linesOf(path).sort()).toEqual(lines.sort())
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("of four processes with fifty each", async () => {
    const path = join(folder(), "x")
    const names = ["a", "b", "c", "d"]
    const ends = await Promise.all(names.map((name) => edited({ path, do: "append", name, lines: 50 })))
    expect(ends).toEqual(["done", "done", "done", "done"])
    const all = names.flatMap((name) => Array.from({ length: 50 }, (_, line) => `${name} ${line}`))
    expect(linesOf(path).sort()).toEqual(all.sort())
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })
})

test("who reads meanwhile sees the old or the new, and never a part", async () => {
  const path = join(folder(), "x")
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

describe("a file that another program changes", () => {
  test.each([1, 2, 3])("before the edit's look number %i is written is read again", async (call) => {
    const path = join(folder(), "x")
    writeFileSync(path, "start\n")
    let calls = 0
    await local.edit(path, (look) => {
      if (++calls === call) writeFileSync(path, "another's\n", { flag: "a" })
      return { bytes: Buffer.concat([look.kind === "file" ? look.bytes : Buffer.alloc(0), Buffer.from("ours\n")]) }
    })
    const expected = call === 3 ? ["start", "ours"] : ["start", "another's", "ours"]
    expect(linesOf(path)).toEqual(expected)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("in place, to as many bytes, is read again too", async () => {
    const path = join(folder(), "x")
    writeFileSync(path, "one\n")
    let calls = 0
    await local.edit(path, (look) => {
      if (++calls === 2) writeFileSync(path, "two\n")
      return { bytes: Buffer.concat([look.kind === "file" ? look.bytes : Buffer.alloc(0), Buffer.from("ours\n")]) }
    })
    expect(linesOf(path)).toEqual(["two", "ours"])
  })

  test("that appears meanwhile is not written over", async () => {
    const path = join(folder(), "x")
    let calls = 0
    await local.edit(path, (look) => {
      if (++calls === 2) writeFileSync(path, "another's\n")
      return { bytes: Buffer.concat([look.kind === "file" ? look.bytes : Buffer.alloc(0), Buffer.from("ours\n")]) }
    })
    expect(linesOf(path)).toEqual(["another's", "ours"])
  })

  test("is not removed when it changed meanwhile", async () => {
    const path = join(folder(), "x")
    writeFileSync(path, "ours\n")
    let calls = 0
    await local.edit(path, (look) => {
      if (++calls === 2) writeFileSync(path, "another's\n")
      const held = look.kind === "file" ? Buffer.from(look.bytes).toString() : ""
      return held === "ours\n" ? { remove: true } : undefined
    })
    expect(linesOf(path)).toEqual(["another's"])
  })

  test("every time is given up, and left as the other wrote it", async () => {
    const path = join(folder(), "x")
    let calls = 0
    const edit = local.edit(path, () => {
      writeFileSync(path, `${++calls}`)
      return { bytes: Buffer.from("ours") }
    })
    await expect(edit).rejects.toThrow(`${path}: it changed each time it was about to be written; try again`)
    expect(readFileSync(path, "utf8")).toBe(`${calls}`)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })
})
