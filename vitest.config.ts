import { defineConfig } from "vitest/config"

if (Number.parseInt(process.versions.node, 10) < 24) {
  throw new Error(
    `the tests need Node.js 24, this is ${process.versions.node}: run \`make test\`, or \`. tools/env.sh\` first`,
  )
}

/** Quick tests first: what a parser gets wrong is told before an engine is started for it. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    setupFiles: ["test/support/seed.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/engine/**", "test/incidents/**"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "incidents",
          include: ["test/incidents/*.test.ts"],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
