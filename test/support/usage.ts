import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { afterAll, expect } from "vitest"

// Which file of tests took how much CPU, with the processes that it started: a line each, for `tools/summary.ts`.
const { TEST_USAGE: log } = process.env
const stat = "/proc/self/stat"

if (log && existsSync(stat)) {
  afterAll(() => appendFileSync(log, `${JSON.stringify({ file: expect.getState().testPath, cpu: used() })}\n`))
}

/** Seconds of this process, which runs one file, and of those below it that have ended. */
function used(): number {
  const text = readFileSync(stat, "latin1")
  const ticks = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
  return ticks.reduce((sum, each) => sum + Number(each), 0) / 100
}
