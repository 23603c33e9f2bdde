import { defineConfig } from "vitest/config"
import { LongFirst } from "./test/long-first.ts"
import { quickTests } from "./test/quick.ts"

if (Number.parseInt(process.versions.node, 10) < 24) {
  throw new Error(
    `the tests need Node.js 24, this is ${process.versions.node}: run \`make test\`, or \`. tools/env.sh\` first`,
  )
}

const quick = quickTests(import.meta.dirname)
const elsewhere = ["test/engine/**", "test/incidents/**"]

export default defineConfig({
  test: {
    // In CI nobody else needs the machine, and tests wait: for a limit, for a product.
    maxWorkers: process.env.CI === "true" ? 3 : 2,
    sequence: { sequencer: LongFirst },
    // What hangs is told from what has a busy machine; no test passes or fails by its time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    setupFiles: ["test/support/deadline.ts", "test/support/seed.ts", "test/support/usage.ts"],
    projects: [
      {
        extends: true,
        test: { name: "quick", include: quick, isolate: false },
      },
      {
        extends: true,
        // What starts programs has a process of its own.
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [...elsewhere, ...quick] },
      },
      {
        extends: true,
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: "incidents",
          include: ["test/incidents/*.test.ts"],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
