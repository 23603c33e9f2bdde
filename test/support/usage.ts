import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { afterAll, expect } from "vitest"
import { endIdleHosts } from "./engine/program-hosts.ts"

// Which file of tests took how much CPU, with the processes that it started: a line each, for `tools/summary.ts`.
const { TEST_USAGE: log } = process.env
const stat = "/proc/self/stat"

// They are part of what a file took; after all other hooks, as the first to be registered.
afterAll(async () => {
  await endIdleHosts()
  if (!log || !existsSync(stat)) return
  // Without isolation one process runs several files.
  const now = used()
  const cpu = now - (process.usedBefore ?? 0)
  process.usedBefore = now
  appendFileSync(log, `${JSON.stringify({ file: expect.getState().testPath, cpu })}\n`)
})

declare global {
  namespace NodeJS {
    interface Process {
      /** What the files before took, in a process that runs several. */
      usedBefore?: number
    }
  }
}

/** Seconds of this process and of those below it that have ended. */
function used(): number {
  const text = readFileSync(stat, "latin1")
  const ticks = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
  return ticks.reduce((sum, each) => sum + Number(each), 0) / 100
}
