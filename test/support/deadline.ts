import { appendFileSync } from "node:fs"
import { expect } from "vitest"

// A run has its time, and machines differ by three: in CI, a file whose turn comes too late is left out, and named
// by `tools/summary.ts`. Seconds since 1970.
const { TESTS_BEGIN_UNTIL: until, TEST_USAGE: log } = process.env

if (until && log && Date.now() > 1000 * Number(until)) {
  appendFileSync(log, `${JSON.stringify({ file: expect.getState().testPath, late: true })}\n`)
  throw new Error("left out: the time for tests was over")
}
