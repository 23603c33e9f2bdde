import { spawn } from "node:child_process"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { beforeAll, expect, test } from "vitest"
import { rows } from "./rows.ts"

interface Measured {
  readonly name: string
  readonly work: readonly [number, number, number]
  readonly faults: readonly string[]
}

const measured = new Map<string, Measured>()

// A process of its own, as it counts in what is everybody's.
beforeAll(async () => {
  const program = join(import.meta.dirname, "measure.ts")
  const child = spawn(process.execPath, ["--allow-natives-syntax", program], { stdio: ["ignore", "pipe", "inherit"] })
  // Not by readline: it takes U+2028, which is in a row's name, for the end of a line.
  const lines = (await text(child.stdout)).split("\n").slice(0, -1)
  for (const row of lines.map((line): Measured => JSON.parse(line))) measured.set(row.name, row)
}, 600_000)

test.each(rows.map(({ name }) => name))("%s", (name) => {
  const { work, faults } = measured.get(name) ?? {}
  if (!work) throw new Error("was not measured: the program ended before, or was ended as it took too long")
  expect(faults).toEqual([])
  // Twice as much of a text, twice as much more work: 4 where the work grows with the square.
  const [one, two, four] = work
  expect(four - two).toBeLessThan(2.5 * Math.max(two - one, 0) + one / 2)
})
