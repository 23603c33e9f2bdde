import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, test } from "vitest"
import { blocksOf, even, missingLine, summaryOf } from "../../tools/docs/blocks.ts"
import { allBlocks } from "../../tools/docs/pages.ts"

const root = join(import.meta.dirname, "../..")
const blocks = allBlocks()

const leastShare = 0.95

test("most blocks of commands are run", () => {
  const commands = blocks.filter(({ kind }) => kind === "commands")
  const left = commands.filter(({ mark }) => mark?.kind === "not run")
  expect(commands.length).toBeGreaterThan(25)
  expect(1 - left.length / commands.length, summaryOf(commands)).toBeGreaterThanOrEqual(leastShare)
})

const elsewhere = blocks.flatMap(({ page, line, mark }) =>
  mark?.kind === "run by" ? [{ page, line, file: mark.file }] : [],
)

test.each(elsewhere)("the block at $page:$line is read from there by $file", ({ page, file }) => {
  expect(existsSync(join(root, file))).toBe(true)
  const source = readFileSync(join(root, file), "utf8")
  expect(source).toMatch(/readFileSync\(|commandOf\(/)
  expect(source).toContain(`${basename(page)}"`)
})

describe("a page's blocks", () => {
  const page = [
    "text",
    "```sh\nls\n```",
    "<!-- not run: needs a Mac -->\n```sh\nlaunchctl list\n```",
    "<!-- run by test/x.test.ts -->\n\n```\n$ ls\na\n```",
    "```yaml\na: 1\n```",
    "```text\nusage\n```",
  ].join("\n\n")

  test("are commands and output, with their lines and marks", () => {
    expect(blocksOf("p.md", page)).toEqual([
      { page: "p.md", line: 3, kind: "commands", text: "ls\n" },
      {
        ...{ page: "p.md", line: 8, kind: "commands", text: "launchctl list\n" },
        mark: { kind: "not run", why: "needs a Mac" },
      },
      {
        ...{ page: "p.md", line: 14, kind: "output", text: "$ ls\na\n" },
        mark: { kind: "run by", file: "test/x.test.ts" },
      },
    ])
  })

  test("are counted, and those that are not run are listed", () => {
    expect(summaryOf(blocksOf("p.md", page))).toBe("2 blocks run, 1 not run\n  p.md:8: needs a Mac")
  })
})

test("what differs from run to run is made even", () => {
  expect(even("2026-11-25 22:14:27  6 → 5   fp:99496698  root@vm  3a09d030 by Ann")).toBe(
    "TIME 6 → 5 fp:… USER@HOST COMMIT by Ann",
  )
  expect(even("18789 open, answered in 133 ms")).toBe("18789 open, answered in TIME")
})

test("a line of a page is found in what was printed, in its order", () => {
  const printed = "one 1 s\ntwo fp:01234567 and more\nthree\n"
  expect(missingLine("$ run\none 2 s\n…\ntwo fp:89abcdef …\n", printed)).toBeUndefined()
  expect(missingLine("three\none 2 s\n", printed)).toBe("one TIME")
  expect(missingLine("two\n", printed)).toBe("two")
})
